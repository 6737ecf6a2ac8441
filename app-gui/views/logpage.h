#pragma once

#include "models/logmodel.h"
#include "views/tablepage.h"

namespace pigeon {

/// The broker's log. GUI thread.
class LogPage final : public TablePage
{
    Q_OBJECT

public:
    LogPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override
    {
        m_model->setFrozen(isFrozen);
        TablePage::setFrozen(isFrozen);
    }
    LogModel &model() const { return *m_model; }

private:
    void setModelFilter(const FilterProgramPtr &program) override { m_model->setFilter(program); }
    quint64 totalRows() const override { return m_capture.log().end() - m_capture.log().begin(); }
    void describeEmpty(EmptyState &empty) override;

    Capture &m_capture;
    LogModel *const m_model;
};

} // namespace pigeon
