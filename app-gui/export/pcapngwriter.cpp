#include "export/pcapngwriter.h"

#include <QHostAddress>
#include <QtEndian>

namespace pigeon {

namespace {

constexpr quint16 mqttPort = 1883;
constexpr quint16 linkTypeRaw = 101; // a frame begins with the head of IP, version 4 or 6
constexpr quint32 snapLength = 0; // no bound
constexpr quint8 nanosecondResolution = 9;
// Segments as large as an IP packet of version 4 can carry; a packet of MQTT may take several.
constexpr qsizetype segmentBytes = 65'000;

constexpr quint8 synFlag = 0x02;
constexpr quint8 pushFlag = 0x08;
constexpr quint8 acknowledgeFlag = 0x10;

enum BlockType : quint32 { SectionHeader = 0x0A0D0D0A, InterfaceDescription = 1, EnhancedPacket = 6 };
enum OptionCode : quint16 { EndOfOptions = 0, Comment = 1, Hardware = 2, OperatingSystem = 3, Application = 4, Name = 2, Resolution = 9, Flags = 2 };

/// Numbers of pcapng lie in the order of the machine that the section header declares: here, the smallest byte first.
template <typename Number>
void put(QByteArray &bytes, Number number)
{
    const Number little = qToLittleEndian(number);
    bytes.append(reinterpret_cast<const char *>(&little), sizeof(little));
}
template <typename Number>
void putNetwork(QByteArray &bytes, Number number)
{
    const Number big = qToBigEndian(number);
    bytes.append(reinterpret_cast<const char *>(&big), sizeof(big));
}
void pad(QByteArray &bytes) { bytes.append((4 - bytes.size() % 4) % 4, '\0'); }

void putOption(QByteArray &bytes, OptionCode code, QByteArrayView value)
{
    put<quint16>(bytes, code);
    put<quint16>(bytes, static_cast<quint16>(value.size()));
    bytes.append(value.data(), value.size());
    pad(bytes);
}

QByteArray framed(BlockType type, const QByteArray &body)
{
    QByteArray block;
    const auto length = static_cast<quint32>(body.size()) + 12;
    put<quint32>(block, type);
    put<quint32>(block, length);
    block += body;
    put<quint32>(block, length);
    return block;
}

/// The sum that IP and TCP have of what they carry (RFC 1071), not yet turned round.
quint32 sumOf(QByteArrayView bytes, quint32 sum = 0)
{
    for (qsizetype i = 0; i < bytes.size(); i += 2) {
        const quint32 low = i + 1 < bytes.size() ? static_cast<uchar>(bytes[i + 1]) : 0;
        sum += static_cast<quint32>(static_cast<uchar>(bytes[i])) << 8 | low;
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum;
}
quint16 checksum(quint32 sum) { return static_cast<quint16>(~((sum & 0xFFFF) + (sum >> 16))); }
void setChecksum(QByteArray &bytes, qsizetype at, quint16 value) { qToBigEndian(value, bytes.data() + at); }

constexpr quint8 tcpProtocol = 6;
constexpr qsizetype ipv4HeadBytes = 20;
constexpr qsizetype tcpHeadBytes = 20;

QByteArray ipv4(const QByteArray &from, const QByteArray &to, const QByteArray &tcp, qsizetype missing)
{
    QByteArray head;
    putNetwork<quint16>(head, 0x4500); // version 4, five words of head
    putNetwork<quint16>(head, static_cast<quint16>(ipv4HeadBytes + tcp.size() + missing));
    putNetwork<quint32>(head, 0x00004000); // not to be taken apart
    putNetwork<quint16>(head, 0x4000 | tcpProtocol); // time to live 64
    putNetwork<quint16>(head, 0);
    head += from + to;
    setChecksum(head, 10, checksum(sumOf(head)));
    return head + tcp;
}

QByteArray ipv6(const QByteArray &from, const QByteArray &to, const QByteArray &tcp, qsizetype missing)
{
    QByteArray head;
    putNetwork<quint32>(head, 0x60000000);
    putNetwork<quint16>(head, static_cast<quint16>(tcp.size() + missing));
    putNetwork<quint16>(head, tcpProtocol << 8 | 64);
    return head + from + to + tcp;
}

/// 4 or 16 bytes of the address; who has none (a local socket, a client inside the program) gets one of 10.0.0.0/8, by the
/// number of the connection.
QByteArray addressBytes(const QByteArray &text, quint64 connection)
{
    QByteArray bytes;
    const QHostAddress address(QString::fromLatin1(text));
    bool isFour = false;
    const quint32 four = address.toIPv4Address(&isFour);
    if (isFour) {
        putNetwork<quint32>(bytes, four);
    } else if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR six = address.toIPv6Address();
        bytes.append(reinterpret_cast<const char *>(six.c), sizeof(six.c));
    } else {
        putNetwork<quint32>(bytes, 0x0A000000 | static_cast<quint32>(connection & 0xFFFFFF));
    }
    return bytes;
}

/// The broker's side of a stream has an address of the same kind: 192.0.2.1 or 2001:db8::1, which are there for examples.
QByteArray brokerAddress(qsizetype bytes)
{
    return bytes == 4 ? QByteArray::fromHex("c0000201") : QByteArray::fromHex("20010db8000000000000000000000001");
}

QByteArray commentOf(const ExportedPacket &packet, bool isFirst)
{
    QByteArray comment = isFirst ? "client " + packet.client + ", connection " + QByteArray::number(packet.connection)
            + ", port " + QByteArray::number(packet.brokerPort)
                                 : QByteArray();
    if (packet.size > packet.bytes.size()) {
        comment += (comment.isEmpty() ? "" : "; ") + QByteArray("of ") + QByteArray::number(packet.size) + " bytes "
            + QByteArray::number(packet.bytes.size()) + " were kept";
    }
    return comment;
}

} // namespace

QByteArray PcapngWriter::head()
{
    QByteArray section;
    put<quint32>(section, 0x1A2B3C4D); // in which order bytes lie
    put<quint16>(section, 1);
    put<quint16>(section, 0);
    put<quint64>(section, ~quint64(0)); // length not told
    putOption(section, Application, "Pigeon");
    putOption(section, EndOfOptions, {});

    QByteArray interface;
    put<quint16>(interface, linkTypeRaw);
    put<quint16>(interface, 0);
    put<quint32>(interface, snapLength);
    putOption(interface, Name, "mqtt");
    putOption(interface, Resolution, QByteArrayView(reinterpret_cast<const char *>(&nanosecondResolution), 1));
    putOption(interface, EndOfOptions, {});
    return framed(SectionHeader, section) + framed(InterfaceDescription, interface);
}

QByteArray PcapngWriter::row(const ExportedPacket &packet)
{
    QByteArray blocks;
    const bool isFirst = !m_streams.contains(packet.connection);
    Stream &stream = streamOf(packet, blocks);
    const qsizetype kept = packet.bytes.size();
    const qsizetype size = std::max<qsizetype>(packet.size, kept);
    quint32 &sent = packet.isFromClient ? stream.sentByClient : stream.sentByBroker;
    const quint32 sentAfter = sent + static_cast<quint32>(size);
    QByteArray comment = commentOf(packet, isFirst);
    // Of a packet that was cut the segments end with the one in which it was: the next one on this side comes after a gap.
    for (qsizetype at = 0; at < size && at <= kept; at += segmentBytes) {
        const QByteArrayView part = QByteArrayView(packet.bytes).sliced(at, std::min(segmentBytes, kept - at));
        const qsizetype missing = std::min(segmentBytes, size - at) - part.size();
        blocks += block(packet.when, segment(stream, packet.isFromClient, pushFlag | acknowledgeFlag, part, missing),
            packet.isFromClient, std::exchange(comment, {}), missing);
        sent += static_cast<quint32>(part.size());
    }
    sent = sentAfter;
    return blocks;
}

/// A stream begins with its handshake, or Wireshark would not know which side is which.
PcapngWriter::Stream &PcapngWriter::streamOf(const ExportedPacket &packet, QByteArray &frames)
{
    const auto known = m_streams.find(packet.connection);
    if (known != m_streams.end())
        return *known;
    Stream stream;
    stream.client = addressBytes(packet.clientAddress, packet.connection);
    stream.broker = brokerAddress(stream.client.size());
    constexpr quint16 firstMadeUpPort = 49152;
    stream.clientPort = packet.clientPort != 0 && packet.clientPort != mqttPort
        ? packet.clientPort
        : static_cast<quint16>(firstMadeUpPort + packet.connection % 16'000);
    Stream opening = stream;
    opening.sentByClient = opening.sentByBroker = 0;
    const auto add = [&](bool isFromClient, quint8 flags, const Stream &state) {
        frames += block(packet.when, segment(state, isFromClient, flags, {}), isFromClient, {});
    };
    add(true, synFlag, opening);
    opening.sentByClient = 1;
    add(false, synFlag | acknowledgeFlag, opening);
    add(true, acknowledgeFlag, stream);
    return *m_streams.insert(packet.connection, stream);
}

/// `missing` bytes of the payload were not kept: heads tell the length that there was. The checksum is that of zeros in their
/// place; nobody can check it.
QByteArray PcapngWriter::segment(
    const Stream &stream, bool isFromClient, quint8 flags, QByteArrayView payload, qsizetype missing) const
{
    const QByteArray &from = isFromClient ? stream.client : stream.broker;
    const QByteArray &to = isFromClient ? stream.broker : stream.client;
    QByteArray tcp;
    putNetwork<quint16>(tcp, isFromClient ? stream.clientPort : mqttPort);
    putNetwork<quint16>(tcp, isFromClient ? mqttPort : stream.clientPort);
    putNetwork<quint32>(tcp, isFromClient ? stream.sentByClient : stream.sentByBroker);
    putNetwork<quint32>(tcp, flags & acknowledgeFlag ? (isFromClient ? stream.sentByBroker : stream.sentByClient) : 0);
    putNetwork<quint16>(tcp, static_cast<quint16>(0x5000 | flags)); // five words of head
    putNetwork<quint16>(tcp, 0xFFFF); // window
    putNetwork<quint32>(tcp, 0);
    tcp.append(payload.data(), payload.size());

    QByteArray pseudoHead = from + to;
    putNetwork<quint32>(pseudoHead, static_cast<quint32>(tcp.size() + missing));
    putNetwork<quint32>(pseudoHead, tcpProtocol);
    setChecksum(tcp, 16, checksum(sumOf(tcp, sumOf(pseudoHead))));
    return from.size() == 4 ? ipv4(from, to, tcp, missing) : ipv6(from, to, tcp, missing);
}

QByteArray PcapngWriter::block(
    qint64 when, QByteArrayView segment, bool isFromClient, const QByteArray &comment, qsizetype missing) const
{
    QByteArray body;
    put<quint32>(body, 0); // the only interface
    put<quint32>(body, static_cast<quint32>(static_cast<quint64>(when) >> 32));
    put<quint32>(body, static_cast<quint32>(when));
    put<quint32>(body, static_cast<quint32>(segment.size()));
    put<quint32>(body, static_cast<quint32>(segment.size() + missing));
    body.append(segment.data(), segment.size());
    pad(body);
    if (!comment.isEmpty())
        putOption(body, Comment, comment.first(std::min<qsizetype>(comment.size(), 1000)));
    QByteArray direction;
    put<quint32>(direction, isFromClient ? 1 : 2); // in, out
    putOption(body, Flags, direction);
    putOption(body, EndOfOptions, {});
    return framed(EnhancedPacket, body);
}

} // namespace pigeon
