#pragma once

#include "monitor/monitorsource.h"

#include <QObject>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace pigeon::test {

/// Keeps all that a source tells.
class MonitorLog : public QObject
{
public:
    explicit MonitorLog(MonitorSource &source)
    {
        QObject::connect(&source, &MonitorSource::snapshotTaken, this, [this](const MonitorSnapshot &taken) {
            snapshot = taken;
            ++snapshots;
            for (const NumberedName &each : taken.clientNames)
                clientNames[each.number] = each.text;
            for (const NumberedName &each : taken.topicNames)
                topicNames[each.number] = each.text;
        });
        QObject::connect(&source, &MonitorSource::changed, this, [this](const MonitorBatch &batch) { take(batch); });
        QObject::connect(&source, &MonitorSource::detached, this, [this](const QString &why) { detached = why; });
    }

    std::optional<MonitorSnapshot> snapshot; ///< the last one
    int snapshots = 0;
    std::map<ClientNumber, QByteArray> clientNames;
    std::map<TopicNumber, QByteArray> topicNames;
    std::vector<MessageRecord> messages;
    std::vector<DeliveryRecord> deliveries;
    struct Packet
    {
        PacketRecord record;
        QByteArray bytes;
    };
    std::vector<Packet> packets;
    std::vector<ConnectionEvent> events;
    std::vector<SubscriptionChange> subscriptions;
    std::vector<RetainedChange> retained;
    std::vector<LogLine> lines;
    std::vector<ClientNumber> endedSessions;
    std::map<ClientNumber, ClientFacts> facts;
    std::map<ClientNumber, ClientCounts> counts;
    std::optional<std::vector<Ban>> bans;
    std::optional<MonitorTotals> totals;
    TapLosses losses;
    int batches = 0;
    std::optional<QString> detached;

    QByteArray client(ClientNumber number) const { return nameOf(clientNames, number); }
    QByteArray topic(TopicNumber number) const { return nameOf(topicNames, number); }
    /// "topic from client", one each.
    std::vector<QByteArray> messageTexts() const
    {
        std::vector<QByteArray> texts;
        for (const MessageRecord &each : messages)
            texts.push_back(topic(each.topic) + " from " + client(each.publisher));
        return texts;
    }
    bool hasStep(DeliveryStep step, const QByteArray &receiver) const
    {
        return std::any_of(deliveries.begin(), deliveries.end(),
            [&](const DeliveryRecord &each) { return each.step == step && client(each.receiver) == receiver; });
    }
    const DeliveryRecord *delivery(DeliveryStep step, const QByteArray &receiver) const
    {
        for (const DeliveryRecord &each : deliveries) {
            if (each.step == step && client(each.receiver) == receiver)
                return &each;
        }
        return nullptr;
    }
    const ConnectionEvent *event(ConnectionEventKind kind, const QByteArray &clientId) const
    {
        for (const ConnectionEvent &each : events) {
            if (each.kind == kind && each.info.clientId == clientId)
                return &each;
        }
        return nullptr;
    }

private:
    template <typename Names>
    static QByteArray nameOf(const Names &names, quint32 number)
    {
        const auto found = names.find(number);
        return found == names.end() ? QByteArray() : found->second;
    }
    void take(const MonitorBatch &batch)
    {
        ++batches;
        for (const NumberedName &each : batch.newClients)
            clientNames[each.number] = each.text;
        for (const NumberedName &each : batch.newTopics)
            topicNames[each.number] = each.text;
        append(messages, batch.messages);
        append(deliveries, batch.deliveries);
        for (const PacketRecord &each : batch.packets)
            packets.push_back({each, batch.bytesOf(each).toByteArray()});
        append(events, batch.events);
        append(subscriptions, batch.subscriptions);
        append(retained, batch.retained);
        append(lines, batch.log);
        append(endedSessions, batch.endedSessions);
        for (const ClientFacts &each : batch.clients)
            facts[each.client] = each;
        for (const ClientCounts &each : batch.counts)
            counts[each.client] = each;
        if (batch.bans)
            bans = batch.bans;
        if (batch.totals)
            totals = batch.totals;
        losses = batch.losses;
    }
    template <typename T>
    static void append(std::vector<T> &to, const std::vector<T> &more)
    {
        to.insert(to.end(), more.begin(), more.end());
    }
};

} // namespace pigeon::test
