#pragma once

#include "models/groupedsubscriptionsmodel.h"
#include "models/subscriptionsmodel.h"
#include "views/tablepage.h"

class QComboBox;

namespace pigeon {

class MonitorSource;

/// All subscriptions of all clients: each by itself, or those of one filter, client or shared group as one row. GUI thread;
/// the source must outlive it.
class SubscriptionsPage final : public TablePage
{
    Q_OBJECT

public:
    SubscriptionsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes,
        QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override;
    void find(bool isForward) override;
    void tick() override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    SubscriptionsModel &model() const { return *m_model; }
    GroupedSubscriptionsModel &groups() const { return *m_groups; }
    LiveTable *groupTable() const { return m_groupTable; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void setModelFilter(const FilterProgramPtr &program) override;
    quint64 totalRows() const override { return static_cast<quint64>(m_capture.subscriptions().count()); }
    void describeEmpty(EmptyState &empty) override;
    QString note() const override;
    void makeActions();
    void makeGroups();
    void showGrouping();
    void showGroupCount();
    void showGroupMenu(const QPoint &position);
    void openGroup();
    LiveTable *shownTable() const override { return isGrouped() ? m_groupTable : table(); }
    bool isGrouped() const;
    int currentRow() const;
    void unsubscribeChosen();

    Capture &m_capture;
    MonitorSource &m_source;
    SubscriptionsModel *const m_model;
    GroupedSubscriptionsModel *const m_groups;
    LiveTable *const m_groupTable;
    QComboBox *const m_grouping; ///< data: SubscriptionGrouping, -1 = none
    FindBar *m_groupFind = nullptr;
    EmptyState *m_noGroups = nullptr;
};

} // namespace pigeon
