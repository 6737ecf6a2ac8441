#pragma once

#include "monitor/records.h"

/// Records for tests of what the window keeps.
namespace pigeon::test {

constexpr qint64 second = 1'000'000'000; // ns
constexpr qint64 aMoment = 1'790'000'000 * second; // some day in 2026

inline MessagePtr message(QByteArrayView topic, QByteArrayView payload)
{
    return Message::create({.topic = topic, .payload = payload, .sharedPayload = {}, .properties = {}, .origin = {},
        .arrival = std::chrono::milliseconds(aMoment / 1'000'000), .expirySeconds = {}});
}

/// One message of topic 1, 2, 3... by client 1, 2, 3...
inline MessageRecord record(quint64 number, TopicNumber topic, ClientNumber publisher, const MessagePtr &value = {})
{
    MessageRecord made;
    made.number = number;
    made.when = aMoment + static_cast<qint64>(number) * 1'000'000;
    made.message = value;
    made.publisher = publisher;
    made.topic = topic;
    made.payloadBytes = value ? static_cast<quint32>(value->payload().size()) : 0;
    made.receivers = 1;
    return made;
}

inline DeliveryRecord step(quint64 message, ClientNumber receiver, DeliveryStep what, qint64 after, QoS qos = QoS::AtLeastOnce)
{
    DeliveryRecord made;
    made.message = message;
    made.receiver = receiver;
    made.step = what;
    made.qos = qos;
    made.when = aMoment + static_cast<qint64>(message) * 1'000'000 + after;
    return made;
}

} // namespace pigeon::test
