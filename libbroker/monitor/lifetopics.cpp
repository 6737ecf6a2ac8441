#include "monitor/lifetopics.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace pigeon::lifetopics {

namespace {

constexpr int refusedQoS = 128;

QByteArray topicOf(const QByteArray &brokerId, const char *name)
{
    return "$SYS/" + brokerId + '/' + name;
}

QByteArray payloadOf(const ClientInfo &client, const QJsonArray &subscriptions)
{
    QJsonObject object;
    object.insert(QStringLiteral("clientId"), QString::fromUtf8(client.clientId));
    object.insert(QStringLiteral("subs"), subscriptions);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject objectOf(const GrantedSubscription &subscription, ProtocolVersion version)
{
    const SubscribeEntry &entry = subscription.entry;
    QJsonObject object;
    object.insert(QStringLiteral("topic"), QString::fromUtf8(entry.filter));
    object.insert(QStringLiteral("qos"),
        isFailure(subscription.granted) ? refusedQoS : static_cast<int>(subscription.granted));
    if (version == ProtocolVersion::Mqtt5) {
        object.insert(QStringLiteral("nl"), entry.noLocal);
        object.insert(QStringLiteral("rap"), entry.retainAsPublished);
        object.insert(QStringLiteral("rh"), static_cast<int>(entry.retainHandling));
    }
    return object;
}

} // namespace

SystemMessage birth(const QByteArray &brokerId)
{
    return {topicOf(brokerId, "birth"), brokerId};
}

SystemMessage heartbeat(const QByteArray &brokerId)
{
    return {topicOf(brokerId, "heartbeat"), brokerId};
}

SystemMessage newClient(const QByteArray &brokerId, const ClientInfo &client)
{
    return {topicOf(brokerId, "new/clients"), client.clientId};
}

SystemMessage clientGone(const QByteArray &brokerId, const ClientInfo &client)
{
    return {topicOf(brokerId, "disconnect/clients"), client.clientId};
}

std::vector<SystemMessage> subscribed(const QByteArray &brokerId, const ClientInfo &client,
    const std::vector<GrantedSubscription> &subscriptions)
{
    QHash<QByteArray, qsizetype> places; // a SUBSCRIBE may have very many filters
    QJsonArray told;
    for (const GrantedSubscription &each : subscriptions) {
        const auto place = places.constFind(each.entry.filter);
        if (place != places.cend()) {
            told.replace(*place, objectOf(each, client.version));
        } else {
            places.insert(each.entry.filter, told.size());
            told.append(objectOf(each, client.version));
        }
    }
    const QByteArray payload = payloadOf(client, told);
    return {{topicOf(brokerId, "new/subscribes"), payload}, {topicOf(brokerId, "new/subscribers"), payload}};
}

std::vector<SystemMessage> unsubscribed(
    const QByteArray &brokerId, const ClientInfo &client, const std::vector<QByteArray> &filters)
{
    QJsonArray told;
    for (const QByteArray &filter : filters)
        told.append(QString::fromUtf8(filter));
    const QByteArray payload = payloadOf(client, told);
    return {{topicOf(brokerId, "new/unsubscribes"), payload}, {topicOf(brokerId, "new/unsubscribers"), payload}};
}

} // namespace pigeon::lifetopics
