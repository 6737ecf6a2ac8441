#pragma once

#include "broker/collectorloop.h"
#include "broker/gate.h"
#include "monitor/monitorsource.h"

#include <QThread>

#include <memory>

namespace pigeon {

class BrokerPrivate;

/// The source over a broker of this process. Three threads have to do with it: in the observer's it lives, in the broker's
/// its commands and queries are carried out, each one call, and in the collector's, which is its own, the broker's tap is
/// emptied. No one of them waits for another one.
class BrokerMonitor final : public MonitorSource
{
    Q_OBJECT

public:
    /// `broker` is used in the broker's thread alone, behind `gate`.
    BrokerMonitor(std::shared_ptr<Gate> gate, BrokerPrivate *broker);
    ~BrokerMonitor() override;

    void attach() override;
    void detach() override;
    bool isAttached() const override { return m_channel != nullptr; }
    void refresh() override;
    void setInterests(Interests interests) override;
    Interests interests() const override { return m_interests; }
    void setInterval(std::chrono::milliseconds interval) override;
    std::chrono::milliseconds interval() const override { return m_interval; }

    void publish(const PublishPacket &packet, const QByteArray &asClient, CommandAnswered answered) override;
    void disconnectClients(const std::vector<QByteArray> &clientIds, ReasonCode reason, const QByteArray &text,
        CommandAnswered answered) override;
    void ban(const Ban &ban, CommandAnswered answered) override;
    void liftBan(BannedBy by, const QByteArray &value, CommandAnswered answered) override;
    void endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered) override;
    void clearQueue(const QByteArray &clientId, CommandAnswered answered) override;
    void subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
        CommandAnswered answered) override;
    void unsubscribe(
        const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered) override;
    void deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered) override;
    void deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered) override;
    void restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered) override;
    void findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found) override;
    void rightsOf(const QByteArray &clientId, RightsFound found) override;
    void queueOf(const QByteArray &clientId, qsizetype most, QueueFound found) override;
    void retained(const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found) override;
    void countRetained(const QByteArray &filter, RetainedCounted counted) override;

private:
    template <typename Value, typename Work>
    void ask(std::function<void(const Value &)> answered, Work work);
    template <typename Work>
    void command(CommandAnswered answered, Work work);
    void take(const Collector::Collected &collected);
    void tellDetached(const QString &why);
    void endCollecting();
    CollectorLoop::Handover handover();

    const std::shared_ptr<Gate> m_broker;
    BrokerPrivate *const m_d;
    const std::shared_ptr<Gate> m_self;
    std::shared_ptr<TapChannel> m_channel; // null while not attached
    std::shared_ptr<CollectorLoop> m_loop;
    QThread m_thread;
    Interests m_interests;
    std::chrono::milliseconds m_interval{50};
};

} // namespace pigeon
