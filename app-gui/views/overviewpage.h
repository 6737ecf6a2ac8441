#pragma once

#include "capture/capture.h"
#include "views/viewpage.h"
#include "views/wishes.h"

class QTableWidget;

namespace pigeon {

class RateChart;

/// How the broker fares: rates over time, who and what is busiest, why messages were dropped. GUI thread.
class OverviewPage final : public ViewPage
{
    Q_OBJECT

public:
    OverviewPage(Capture &capture, Wishes &wishes, QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override { m_isFrozen = isFrozen; }
    void tick() override;

private:
    void refresh();
    void fillClients();
    void fillTopics();
    void fillDrops();

    Capture &m_capture;
    Wishes &m_wishes;
    std::vector<RateChart *> m_charts;
    QTableWidget *m_clients = nullptr;
    QTableWidget *m_topics = nullptr;
    QTableWidget *m_drops = nullptr;
    bool m_isFrozen = false;
};

/// "queue full", "expired", ...
QString dropText(DropReason reason);

} // namespace pigeon
