#pragma once

#include <pigeon/packets.h>

#include <QByteArray>

#include <optional>
#include <utility>
#include <vector>

namespace pigeon {

/// One message as it is exported. A value.
struct ExportedMessage
{
    quint64 number = 0;
    qint64 when = 0; ///< ns since the epoch of Unix
    QByteArray publisher; ///< client id; empty: the broker itself
    QByteArray topic;
    int qos = 0;
    bool retain = false;
    bool isDuplicate = false;
    quint32 payloadBytes = 0;
    std::optional<QByteArray> payload; ///< nothing: the window does not have it
    quint32 receivers = 0;
    quint32 delivered = 0;
    quint32 dropped = 0;
    qint64 latency = -1; ///< ns, -1: nobody has it yet
    std::vector<std::pair<QByteArray, QByteArray>> properties; ///< of 5.0: name and value, in order
};

/// One retained message as it is exported and imported. A value.
struct ExportedRetained
{
    QByteArray topic;
    QByteArray payload;
    QoS qos = QoS::AtMostOnce;
    Properties properties; ///< those that are forwarded; the message expiry interval is what is left of it
    QByteArray publisher; ///< client id; empty: the broker itself
    qint64 when = 0; ///< when it was set, ns since the epoch of Unix
};

/// One row of a table as it is exported: what its cells say, from the left. A value.
using ExportedCells = std::vector<QByteArray>;

/// One control packet as it is exported. A value.
struct ExportedPacket
{
    qint64 when = 0; ///< ns since the epoch of Unix
    quint64 connection = 0; ///< number of the network connection: one stream each
    bool isFromClient = true;
    QByteArray clientAddress; ///< "192.0.2.7" or "fe80::1"; anything else gets an address of its own
    quint16 clientPort = 0;
    quint16 brokerPort = 1883;
    QByteArray bytes;
    quint32 size = 0; ///< of the whole packet; more than `bytes`: the rest was not kept
    QByteArray client; ///< client id, for a comment
};

} // namespace pigeon
