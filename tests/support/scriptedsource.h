#pragma once

#include "monitor/monitorsource.h"

#include <QByteArrayList>
#include <QMetaObject>

#include <functional>
#include <vector>

namespace pigeon::test {

/// A source without a broker: a test says what is seen and what is answered, and reads what was asked for. Answers come
/// from the event loop, as they do from a real one.
class ScriptedSource : public MonitorSource
{
public:
    using MonitorSource::MonitorSource;

    // --- what the test says
    MonitorSnapshot snapshot; ///< emitted after `attach` and `refresh`
    CommandAnswer answer; ///< to all commands
    DeletedRetained deleted;
    RetainedPage page;
    RetainedCount count;
    QueueContents queue;
    MatchReport report;
    RightsReport rights;

    void push(const MonitorSnapshot &taken) { Q_EMIT snapshotTaken(taken); }
    void push(const MonitorBatch &batch) { Q_EMIT changed(batch); }
    void breakOff(const QString &why)
    {
        m_isAttached = false;
        Q_EMIT detached(why);
    }

    // --- what was asked for
    QByteArrayList commands; ///< one line each: "disconnect a,b 0x98 text"; see the methods
    PublishPacket published; ///< the last one
    Ban banned; ///< the last one
    std::vector<SubscribeEntry> subscribed; ///< the last ones
    std::vector<MessagePtr> restored; ///< the last ones

    void attach() override
    {
        if (m_isAttached)
            return;
        m_isAttached = true;
        later([this] { push(snapshot); });
    }
    void detach() override { m_isAttached = false; }
    bool isAttached() const override { return m_isAttached; }
    void refresh() override
    {
        later([this] { push(snapshot); });
    }
    void setInterests(Interests interests) override { m_interests = interests; }
    Interests interests() const override { return m_interests; }
    void setInterval(std::chrono::milliseconds interval) override { m_interval = interval; }
    std::chrono::milliseconds interval() const override { return m_interval; }

    /// "publish topic as client"
    void publish(const PublishPacket &packet, const QByteArray &asClient, CommandAnswered answered) override
    {
        published = packet;
        take("publish " + packet.topic + " as " + asClient, answered);
    }
    /// "disconnect a,b 0x98 text"
    void disconnectClients(const std::vector<QByteArray> &clientIds, ReasonCode reason, const QByteArray &text,
        CommandAnswered answered) override
    {
        take("disconnect " + joined(clientIds) + " 0x" + QByteArray::number(static_cast<uint>(reason), 16) + ' ' + text,
            answered);
    }
    /// "ban value"
    void ban(const Ban &ban, CommandAnswered answered) override
    {
        banned = ban;
        take("ban " + ban.value, answered);
    }
    /// "liftBan value"
    void liftBan(BannedBy, const QByteArray &value, CommandAnswered answered) override
    {
        take("liftBan " + value, answered);
    }
    /// "endSessions a,b"
    void endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered) override
    {
        take("endSessions " + joined(clientIds), answered);
    }
    /// "clearQueue a"
    void clearQueue(const QByteArray &clientId, CommandAnswered answered) override
    {
        take("clearQueue " + clientId, answered);
    }
    /// "subscribe a filter,filter"
    void subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32,
        CommandAnswered answered) override
    {
        subscribed = entries;
        std::vector<QByteArray> filters;
        for (const SubscribeEntry &entry : entries)
            filters.push_back(entry.filter);
        take("subscribe " + clientId + ' ' + joined(filters), answered);
    }
    /// "unsubscribe a filter,filter"
    void unsubscribe(
        const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered) override
    {
        take("unsubscribe " + clientId + ' ' + joined(filters), answered);
    }
    /// "deleteRetained topic,topic"
    void deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered) override
    {
        ask("deleteRetained " + joined(topics), answered, &ScriptedSource::deleted);
    }
    /// "deleteRetainedMatching filter"
    void deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered) override
    {
        ask("deleteRetainedMatching " + filter, answered, &ScriptedSource::deleted);
    }
    /// "restoreRetained topic,topic"
    void restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered) override
    {
        restored = messages;
        std::vector<QByteArray> topics;
        for (const MessagePtr &message : messages)
            topics.push_back(message->topic().toByteArray());
        take("restoreRetained " + joined(topics), answered);
    }
    /// "findReceivers topic from publisher"
    void findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS, MatchFound found) override
    {
        ask("findReceivers " + topic + " from " + publisher, found, &ScriptedSource::report);
    }
    /// "rightsOf a"
    void rightsOf(const QByteArray &clientId, RightsFound found) override
    {
        ask("rightsOf " + clientId, found, &ScriptedSource::rights);
    }
    /// "queueOf a"
    void queueOf(const QByteArray &clientId, qsizetype, QueueFound found) override
    {
        ask("queueOf " + clientId, found, &ScriptedSource::queue);
    }
    /// "retained filter behind topic"
    void retained(const QByteArray &filter, const QByteArray &after, qsizetype, RetainedFound found) override
    {
        ask("retained " + filter + " behind " + after, found, &ScriptedSource::page);
    }
    /// "countRetained filter"
    void countRetained(const QByteArray &filter, RetainedCounted counted) override
    {
        ask("countRetained " + filter, counted, &ScriptedSource::count);
    }

private:
    static QByteArray joined(const std::vector<QByteArray> &parts)
    {
        return QByteArrayList(parts.begin(), parts.end()).join(',');
    }
    void later(std::function<void()> call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); }
    void take(const QByteArray &command, const CommandAnswered &answered)
    {
        ask(command, answered, &ScriptedSource::answer);
    }
    template <typename Value>
    void ask(const QByteArray &command, const std::function<void(const Value &)> &answered, Value ScriptedSource::*said)
    {
        commands.append(command);
        later([this, answered, said] {
            if (answered)
                answered(this->*said);
        });
    }

    bool m_isAttached = false;
    Interests m_interests;
    std::chrono::milliseconds m_interval{50};
};

} // namespace pigeon::test
