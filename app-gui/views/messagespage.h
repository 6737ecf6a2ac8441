#pragma once

#include "models/messagesmodel.h"
#include "views/tablepage.h"

class QToolButton;

namespace pigeon {

class Exporting;

/// All messages in the order in which the broker took them. GUI thread.
class MessagesPage final : public TablePage
{
    Q_OBJECT

public:
    MessagesPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override;
    bool canExport() const override { return true; }
    void exportRows() override;
    Exporting &exporting() const { return *m_exporting; }
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    /// What stands in an empty view: where to connect to.
    void setUrls(const QStringList &urls);
    MessagesModel &model() const { return *m_model; }
    void showMessage(quint64 logRow);

private:
    void setModelFilter(const FilterProgramPtr &program) override { m_model->setFilter(program); }
    quint64 totalRows() const override;
    void describeEmpty(EmptyState &empty) override;
    QString note() const override;
    void inspect();
    int currentRow() const;

    Capture &m_capture;
    Exporting *const m_exporting;
    MessagesModel *const m_model;
    QToolButton *const m_time;
    QToolButton *const m_follow;
    QStringList m_urls;
};

} // namespace pigeon
