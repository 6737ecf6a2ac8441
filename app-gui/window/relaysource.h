#pragma once

#include "monitor/monitorsource.h"

#include <QPointer>

#include <functional>
#include <map>

namespace pigeon {

/// The source that views act through: it passes everything on to the source that there is now, and answers with an error
/// while there is none or when it goes before it has answered, so that no view has to know when the broker starts and stops. GUI thread.
class RelaySource final : public MonitorSource
{
    Q_OBJECT

public:
    using MonitorSource::MonitorSource;

    /// Null: there is none.
    void setTarget(MonitorSource *target);

    void attach() override;
    void detach() override;
    bool isAttached() const override { return m_target && m_target->isAttached(); }
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
    void unsubscribe(const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered) override;
    void deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered) override;
    void deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered) override;
    void restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered) override;
    void findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found) override;
    void rightsOf(const QByteArray &clientId, RightsFound found) override;
    void queueOf(const QByteArray &clientId, qsizetype most, QueueFound found) override;
    void retained(const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found) override;
    void countRetained(const QByteArray &filter, RetainedCounted counted) override;

private:
    /// Calls with what is to be called in place of `answered`, which is called once: by the source, or with an error when
    /// there is none or it goes before.
    template <typename Answer, typename Call>
    void pass(const std::function<void(const Answer &)> &answered, Call call);

    void failPending();

    QPointer<MonitorSource> m_target;
    std::map<quint64, std::function<void(const QString &error)>> m_pending; ///< by the number of the question
    quint64 m_asked = 0;
    Interests m_interests;
    std::chrono::milliseconds m_interval{50};
};

} // namespace pigeon
