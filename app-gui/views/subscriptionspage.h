#pragma once

#include "models/subscriptionsmodel.h"
#include "views/tablepage.h"

namespace pigeon {

class MonitorSource;

/// All subscriptions of all clients. GUI thread; the source must outlive it.
class SubscriptionsPage final : public TablePage
{
    Q_OBJECT

public:
    SubscriptionsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes,
        QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override { m_model->setFrozen(isFrozen); }
    void tick() override;
    SubscriptionsModel &model() const { return *m_model; }

private:
    void setModelFilter(const FilterProgramPtr &program) override { m_model->setFilter(program); }
    quint64 totalRows() const override { return static_cast<quint64>(m_capture.subscriptions().count()); }
    void describeEmpty(EmptyState &empty) override;
    int currentRow() const;
    void unsubscribeChosen();

    Capture &m_capture;
    MonitorSource &m_source;
    SubscriptionsModel *const m_model;
};

} // namespace pigeon
