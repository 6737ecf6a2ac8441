#pragma once

#include "export/rowwriter.h"

#include <QHash>

namespace pigeon {

/// A capture file that Wireshark opens: packets of MQTT as they were after TLS and WebSocket, in made-up TCP streams of raw
/// IP, one for each connection, with sound checksums and sequence numbers. Every stream goes to port 1883, so that Wireshark
/// sees MQTT in it; the port that was really used is in the comment of its first packet. Of a packet
/// that was cut when it was kept there is what was kept: its last segment has less captured than its length, as with a
/// snapshot length, the segments behind it are missing, and its comment says so. Wireshark decodes its fields up to the cut
/// when all of it is in the first segment (65 000 bytes), and goes on with the next packet.
class PcapngWriter : public RowWriter<ExportedPacket>
{
public:
    QByteArray head() override;
    QByteArray row(const ExportedPacket &packet) override;

private:
    /// Both directions of one connection.
    struct Stream
    {
        QByteArray client; ///< 4 or 16 bytes
        QByteArray broker;
        quint16 clientPort = 0;
        quint32 sentByClient = 1; ///< the next sequence number
        quint32 sentByBroker = 1;
    };
    Stream &streamOf(const ExportedPacket &packet, QByteArray &frames);
    QByteArray segment(
        const Stream &stream, bool isFromClient, quint8 flags, QByteArrayView payload, qsizetype missing = 0) const;
    QByteArray block(
        qint64 when, QByteArrayView segment, bool isFromClient, const QByteArray &comment, qsizetype missing = 0) const;

    QHash<quint64, Stream> m_streams; ///< by connection
};

} // namespace pigeon
