#pragma once

#include "models/packetsmodel.h"
#include "views/tablepage.h"

namespace pigeon {

class TimeFormButton;

/// Every control packet, both ways, while they are recorded: that costs the broker some time for each, so it is a switch of
/// the user's. GUI thread.
class PacketsPage final : public TablePage
{
    Q_OBJECT

public:
    PacketsPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    bool canInspect() const override { return true; }
    void setFrozen(bool isFrozen) override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    bool isRecording() const;
    void setRecording(bool isRecording);
    PacketsModel &model() const { return *m_model; }

Q_SIGNALS:
    void recordingChanged(bool isRecording);

private:
    void setModelFilter(const FilterProgramPtr &program) override { m_model->setFilter(program); }
    quint64 totalRows() const override { return m_capture.packets().end() - m_capture.packets().begin(); }
    void describeEmpty(EmptyState &empty) override;
    QString note() const override;
    void exportRows(const std::vector<int> &rows) override;
    void inspect();
    void inspectApart(int row);
    int currentRow() const;

    Capture &m_capture;
    PacketsModel *const m_model;
    TimeFormButton *const m_time;
    QAction *m_record = nullptr;
};

} // namespace pigeon
