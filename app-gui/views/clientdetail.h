#pragma once

#include "capture/capture.h"
#include "views/wishes.h"

#include <QWidget>

class QLabel;
class QTableWidget;
class QTabWidget;

namespace pigeon {

class ClientRights;
class LatencyHistogram;
class MonitorSource;
class PacketTimeline;

/// All about one client: who it is, its packets over time, its subscriptions, what waits for it, how its connections
/// ended, its will, how long messages took to it, what it may do. It asks the source for what is not known here. GUI thread.
class ClientDetail final : public QWidget
{
    Q_OBJECT

public:
    ClientDetail(Capture &capture, MonitorSource &source, Wishes &wishes, QWidget *parent);

    void showClient(ClientNumber client);
    /// A second has passed or so.
    void tick();

private:
    QWidget *summaryPage();
    QWidget *subscriptionsPage();
    QWidget *queuePage();
    void refresh();
    void fillSummary(const SeenClient &client);
    void fillSubscriptions();
    void fillHistory(const SeenClient &client);
    void askQueue();
    void fillQueue(const QueueContents &contents);
    void unsubscribeChosen();
    void clearQueue();
    QByteArray clientId() const;

    Capture &m_capture;
    MonitorSource &m_source;
    Wishes &m_wishes;
    ClientNumber m_client = 0;
    QTabWidget *const m_tabs;
    QLabel *m_title = nullptr;
    QLabel *m_summary = nullptr;
    PacketTimeline *m_timeline = nullptr;
    QTableWidget *m_subscriptions = nullptr;
    QLabel *m_queueState = nullptr;
    QTableWidget *m_queue = nullptr;
    QTableWidget *m_history = nullptr;
    QLabel *m_will = nullptr;
    LatencyHistogram *m_latencies = nullptr;
    ClientRights *m_rights = nullptr;
    bool m_isAsking = false;
};

} // namespace pigeon
