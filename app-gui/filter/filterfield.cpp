#include "filter/filterfield.h"

#include <QCoreApplication>

#include <array>

namespace pigeon {

namespace {

using enum FieldType;

constexpr quint8 messages = static_cast<quint8>(FilterView::Messages);
constexpr quint8 packets = static_cast<quint8>(FilterView::Packets);
constexpr quint8 clients = static_cast<quint8>(FilterView::Clients);
constexpr quint8 subscriptions = static_cast<quint8>(FilterView::Subscriptions);
constexpr quint8 topics = static_cast<quint8>(FilterView::Topics);
constexpr quint8 retained = static_cast<quint8>(FilterView::Retained);
constexpr quint8 log = static_cast<quint8>(FilterView::Log);

constexpr FilterField text(FieldId id, const char *name, quint8 views, const char *help)
{
    return {.id = id, .name = name, .type = Text, .views = views, .isSearched = true, .help = help};
}
constexpr FilterField plain(FieldType type, FieldId id, const char *name, quint8 views, const char *help)
{
    return {.id = id, .name = name, .type = type, .views = views, .help = help};
}

constexpr std::array fields = {
    FilterField{.id = FieldId::Topic, .name = "topic", .type = Topic,
        .views = messages | packets | topics | retained, .isSearched = true,
        .help = QT_TRANSLATE_NOOP("Filter", "The topic; topic ~ \"site/+/temp\" takes a topic filter of MQTT.")},
    FilterField{.id = FieldId::Filter, .name = "filter", .type = Topic, .views = subscriptions, .isSearched = true,
        .help = QT_TRANSLATE_NOOP("Filter", "The topic filter of the subscription, without its group.")},
    text(FieldId::From, "from", messages | retained,
        QT_TRANSLATE_NOOP("Filter", "Client id of the publisher; empty for the broker itself.")),
    text(FieldId::Client, "client", packets | clients | subscriptions | log,
        QT_TRANSLATE_NOOP("Filter", "Client id.")),
    text(FieldId::From, "client", messages | retained,
        QT_TRANSLATE_NOOP("Filter", "The same as from.")),
    text(FieldId::User, "user", clients, QT_TRANSLATE_NOOP("Filter", "User name, where one was checked.")),
    text(FieldId::Address, "address", packets | clients,
        QT_TRANSLATE_NOOP("Filter", "Address that the client comes from.")),
    text(FieldId::Address, "peer", packets, QT_TRANSLATE_NOOP("Filter", "The same as address.")),
    text(FieldId::Listener, "listener", clients,
        QT_TRANSLATE_NOOP("Filter", "Listener through which it came in, such as \"tcp 127.0.0.1:1883\".")),
    text(FieldId::Tls, "tls", clients,
        QT_TRANSLATE_NOOP("Filter", "Version of TLS and cipher, \"TLS 1.3, AES-256-GCM\"; tls == \"\" is who speaks none.")),
    FilterField{.id = FieldId::Type, .name = "type", .type = Choice, .views = packets, .isSearched = false,
        .words = "CONNECT|CONNACK|PUBLISH|PUBACK|PUBREC|PUBREL|PUBCOMP|SUBSCRIBE|SUBACK|UNSUBSCRIBE|UNSUBACK|PINGREQ|"
                 "PINGRESP|DISCONNECT|AUTH",
        .help = QT_TRANSLATE_NOOP("Filter", "Type of the control packet.")},
    FilterField{.id = FieldId::Direction, .name = "direction", .type = Choice, .views = packets, .words = "in|out",
        .help = QT_TRANSLATE_NOOP("Filter", "in: from the client, out: to it.")},
    FilterField{.id = FieldId::QoS, .name = "qos", .type = Number,
        .views = messages | packets | subscriptions | retained,
        .help = QT_TRANSLATE_NOOP("Filter", "Quality of service, 0 to 2.")},
    plain(Flag, FieldId::Retain, "retain", messages | packets | topics,
        QT_TRANSLATE_NOOP("Filter", "Published with the retain flag; of a topic, it has a retained message.")),
    plain(Flag, FieldId::Duplicate, "dup", messages | packets,
        QT_TRANSLATE_NOOP("Filter", "Sent with the duplicate flag.")),
    plain(Size, FieldId::Size, "size", messages | packets | topics | retained,
        QT_TRANSLATE_NOOP("Filter", "Bytes of the payload, of a packet all of it; size > 1k is 1024 bytes.")),
    FilterField{.id = FieldId::Payload, .name = "payload", .type = Payload,
        .views = messages | topics | retained, .isSearched = true,
        .help = QT_TRANSLATE_NOOP("Filter", "The payload, taken as text.")},
    plain(Json, FieldId::Json, "json", messages | topics | retained,
        QT_TRANSLATE_NOOP("Filter", "A value in a payload that is JSON, by its path: json.temp > 30, "
                                    "json.sensors[0].name == \"a\"; json.temp alone asks whether there is one.")),
    plain(Number, FieldId::Receivers, "receivers", messages,
        QT_TRANSLATE_NOOP("Filter", "How many clients the message was for.")),
    plain(Number, FieldId::Delivered, "delivered", messages,
        QT_TRANSLATE_NOOP("Filter", "How many got it.")),
    plain(Number, FieldId::Delivered, "delivered", subscriptions,
        QT_TRANSLATE_NOOP("Filter", "How many messages its client got since the window began to watch.")),
    plain(Number, FieldId::Dropped, "dropped", messages | clients | subscriptions,
        QT_TRANSLATE_NOOP("Filter", "How many times something was dropped.")),
    plain(Duration, FieldId::Latency, "latency", messages | packets | clients,
        QT_TRANSLATE_NOOP("Filter", "Until the last receiver of QoS 1 or 2 had it, of a packet until its answer: latency > 100 ms.")),
    plain(Duration, FieldId::Latency, "latency", subscriptions,
        QT_TRANSLATE_NOOP("Filter", "Until nineteen of twenty messages were sent (QoS 0) or acknowledged: latency > 100 ms.")),
    plain(Duration, FieldId::Age, "age", messages | packets | topics | retained | log,
        QT_TRANSLATE_NOOP("Filter", "How long ago it was: age < 5 min.")),
    plain(Duration, FieldId::Age, "connected", clients,
        QT_TRANSLATE_NOOP("Filter", "How long it has been connected, or away.")),
    plain(Number, FieldId::Number, "number", messages | packets | log,
        QT_TRANSLATE_NOOP("Filter", "The number in the first column.")),
    plain(Number, FieldId::PacketId, "id", packets, QT_TRANSLATE_NOOP("Filter", "Packet identifier.")),
    plain(Number, FieldId::ReasonCode, "code", packets | clients,
        QT_TRANSLATE_NOOP("Filter", "Reason code; code >= 0x80 is what failed.")),
    text(FieldId::Reason, "reason", packets | clients,
        QT_TRANSLATE_NOOP("Filter", "The reason in words.")),
    FilterField{.id = FieldId::Version, .name = "version", .type = Choice, .views = clients, .words = "3.1|3.1.1|5.0",
        .isOrdered = true, .help = QT_TRANSLATE_NOOP("Filter", "Version of MQTT that it speaks.")},
    plain(Flag, FieldId::Online, "online", clients, QT_TRANSLATE_NOOP("Filter", "It is connected.")),
    plain(Flag, FieldId::Banned, "banned", clients, QT_TRANSLATE_NOOP("Filter", "It may not come in.")),
    plain(Flag, FieldId::Refused, "refused", clients,
        QT_TRANSLATE_NOOP("Filter", "It was turned away when it last tried.")),
    plain(Flag, FieldId::CleanStart, "clean", clients,
        QT_TRANSLATE_NOOP("Filter", "It asked for a session without a past.")),
    plain(Duration, FieldId::KeepAlive, "keepalive", clients, QT_TRANSLATE_NOOP("Filter", "Its keep alive.")),
    plain(Duration, FieldId::Expiry, "expiry", clients | retained,
        QT_TRANSLATE_NOOP("Filter", "How long the session outlives its connection, or the message is kept.")),
    plain(Number, FieldId::Subscriptions, "subscriptions", clients,
        QT_TRANSLATE_NOOP("Filter", "How many subscriptions it has.")),
    plain(Number, FieldId::RateIn, "in", clients, QT_TRANSLATE_NOOP("Filter", "Messages a second from it.")),
    plain(Number, FieldId::RateOut, "out", clients, QT_TRANSLATE_NOOP("Filter", "Messages a second to it.")),
    plain(Size, FieldId::BytesIn, "bytesin", clients, QT_TRANSLATE_NOOP("Filter", "Bytes that came from it.")),
    plain(Size, FieldId::BytesOut, "bytesout", clients, QT_TRANSLATE_NOOP("Filter", "Bytes that went to it.")),
    plain(Number, FieldId::InFlight, "inflight", clients,
        QT_TRANSLATE_NOOP("Filter", "Messages sent and not yet acknowledged.")),
    plain(Number, FieldId::Queued, "queue", clients, QT_TRANSLATE_NOOP("Filter", "Messages that wait for it.")),
    plain(Size, FieldId::QueuedBytes, "queuebytes", clients,
        QT_TRANSLATE_NOOP("Filter", "Bytes of the messages that wait for it.")),
    plain(Number, FieldId::TakeOvers, "takeovers", clients,
        QT_TRANSLATE_NOOP("Filter", "How many times another connection took its client id over.")),
    plain(Number, FieldId::Connects, "connects", clients,
        QT_TRANSLATE_NOOP("Filter", "How many times it has connected.")),
    plain(Number, FieldId::RecentConnects, "recentconnects", clients,
        QT_TRANSLATE_NOOP("Filter", "How many times it has connected in the last ten minutes.")),
    plain(Number, FieldId::RecentDrops, "recentdrops", clients,
        QT_TRANSLATE_NOOP("Filter", "How many messages were dropped for it in the last minute.")),
    plain(Flag, FieldId::NoLocal, "nolocal", subscriptions,
        QT_TRANSLATE_NOOP("Filter", "The client does not get what it publishes itself.")),
    plain(Flag, FieldId::RetainAsPublished, "asis", subscriptions,
        QT_TRANSLATE_NOOP("Filter", "The retain flag comes as it was published.")),
    FilterField{.id = FieldId::RetainHandling, .name = "handling", .type = Choice, .views = subscriptions,
        .words = "always|new|never",
        .help = QT_TRANSLATE_NOOP("Filter", "When retained messages are sent: always, with a new subscription, never.")},
    text(FieldId::Group, "group", subscriptions, QT_TRANSLATE_NOOP("Filter", "Group of a shared subscription.")),
    plain(Number, FieldId::Identifier, "identifier", subscriptions,
        QT_TRANSLATE_NOOP("Filter", "Subscription identifier.")),
    plain(Number, FieldId::Messages, "messages", topics,
        QT_TRANSLATE_NOOP("Filter", "How many messages there were.")),
    plain(Number, FieldId::Rate, "rate", topics,
        QT_TRANSLATE_NOOP("Filter", "Messages a second.")),
    plain(Number, FieldId::Publishers, "publishers", topics,
        QT_TRANSLATE_NOOP("Filter", "How many clients publish there.")),
    plain(Number, FieldId::Subscribers, "subscribers", topics,
        QT_TRANSLATE_NOOP("Filter", "How many clients got the last message.")),
    FilterField{.id = FieldId::Level, .name = "level", .type = Choice, .views = log,
        .words = "debug|info|warning|error", .isOrdered = true,
        .help = QT_TRANSLATE_NOOP("Filter", "How serious it is: level >= warning.")},
    text(FieldId::Category, "category", log, QT_TRANSLATE_NOOP("Filter", "What the line is about.")),
    text(FieldId::Text, "text", log, QT_TRANSLATE_NOOP("Filter", "The line.")),
};

bool isNameOf(const FilterField &field, QStringView name)
{
    const QLatin1StringView own(field.name);
    if (field.type == Json)
        return name.startsWith(own, Qt::CaseInsensitive)
            && (name.size() == own.size() || name[own.size()] == u'.' || name[own.size()] == u'[');
    return name.compare(own, Qt::CaseInsensitive) == 0;
}

} // namespace

std::vector<QByteArrayView> FilterField::choices() const
{
    std::vector<QByteArrayView> found;
    QByteArrayView rest(words);
    while (!rest.isEmpty()) {
        const qsizetype end = rest.indexOf('|');
        found.push_back(end < 0 ? rest : rest.first(end));
        rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
    }
    return found;
}

std::span<const FilterField> filterFields() { return fields; }

const FilterField *findFilterField(QStringView name, FilterView view)
{
    const auto found = std::ranges::find_if(
        fields, [&](const FilterField &field) { return field.isIn(view) && isNameOf(field, name); });
    return found == fields.end() ? nullptr : &*found;
}

const FilterField *findFilterField(FieldId id, FilterView view)
{
    const auto found
        = std::ranges::find_if(fields, [&](const FilterField &field) { return field.isIn(view) && field.id == id; });
    return found == fields.end() ? nullptr : &*found;
}

QString filterFieldHelp(const FilterField &field) { return QCoreApplication::translate("Filter", field.help); }

} // namespace pigeon
