#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace pigeon {

/// How a message has fared with one receiver, ready to be shown.
struct InspectedDelivery
{
    QString receiver;
    QString state; ///< "acknowledged", "dropped: queue full"
    int qos = 0;
    quint16 packetId = 0; ///< 0: none
    quint32 timesSent = 0;
    qint64 queuedAfter = -1; ///< ns from the publishing on; -1: has not happened, as for all of these
    qint64 sentAfter = -1;
    qint64 receivedAfter = -1;
    qint64 acknowledgedAfter = -1;
    qint64 droppedAfter = -1;
};

/// A value that the same topic had at some time.
struct TimedPayload
{
    qint64 when = 0; ///< ns since the epoch of Unix
    QByteArray payload;
};

/// Puts later values behind the others and lets go of the first ones, so that `most` are kept.
inline void addBounded(std::vector<TimedPayload> &history, const std::vector<TimedPayload> &more, size_t most)
{
    history.insert(history.end(), more.begin(), more.end());
    if (history.size() > most)
        history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(most));
}

/// All that the inspector shows of one message. A value: nobody has to keep anything while it is shown.
struct InspectedMessage
{
    QString topic;
    QByteArray payload;
    QString payloadMissing; ///< why there is no payload, a sentence; empty: it is there
    QByteArray contentType; ///< of 5.0; may be empty
    std::vector<std::pair<QString, QString>> facts; ///< name and value: publisher, QoS, properties of 5.0
    std::vector<InspectedDelivery> deliveries;
    QString deliveryNote; ///< what is missing of them, a sentence; may be empty
    QByteArray packet; ///< as it was on the wire; empty: not recorded
    qsizetype packetSize = 0; ///< all of it; more than `packet` has: the rest was not kept
    ProtocolVersion version = ProtocolVersion::Mqtt5; ///< by which the packet is to be read
    std::optional<QByteArray> previous; ///< the value before this one
    QString previousName; ///< "12:03:04, dev7"
    std::vector<TimedPayload> history; ///< values of the topic in the order of time, this one included
};

} // namespace pigeon
