#include "crash/crashclient.h"

#include "protocol/decoder.h"
#include "protocol/encoder.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon::test {

namespace {

constexpr quint32 anHour = 3'600; // seconds
constexpr quint16 subscribeId = 60'000; // above all that publishing uses
constexpr quint32 largestPacket = 1024 * 1024;

/// A connection to the port on this machine, which takes no longer than the call; -1 when nobody listens.
int openConnection(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

} // namespace

CrashClient::CrashClient(QByteArray clientId, ProtocolVersion version)
    : m_clientId(std::move(clientId))
    , m_version(version)
{
}

bool CrashClient::connect(quint16 port, const Wish &wish)
{
    close();
    m_isLeaving = false;
    m_isSubscribed = false;
    m_closedFor = ReasonCode::Success;
    m_descriptor = openConnection(port);
    if (m_descriptor < 0)
        return false;
    ConnectPacket packet;
    packet.version = m_version;
    packet.clientId = m_clientId;
    packet.will = wish.will;
    packet.cleanStart = wish.isClean;
    if (m_version == ProtocolVersion::Mqtt5 && wish.isPersistent)
        packet.properties.sessionExpiryInterval = anHour;
    send(packet);
    return true;
}

void CrashClient::lose(bool readsRest)
{
    while (readsRest && isOpen() && readSome())
        takePackets();
    close();
}

void CrashClient::disconnect()
{
    send(DisconnectPacket());
    m_isLeaving = true;
    m_isWelcome = false;
}

void CrashClient::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
    m_isWelcome = false;
    m_input.clear();
    m_output.clear();
}

// --- out -----------------------------------------------------------------------------------------------------

void CrashClient::send(const Packet &packet)
{
    m_output += encodePacket(packet, m_version);
}

void CrashClient::acknowledge(PacketType type, quint16 packetId)
{
    AcknowledgePacket packet;
    packet.type = type;
    packet.packetId = packetId;
    send(packet);
}

void CrashClient::flush()
{
    while (isOpen() && hasOutput()) {
        const auto bytes = static_cast<size_t>(m_output.size());
        const ssize_t sent = ::send(m_descriptor, m_output.constData(), bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0)
            return; // it does not read now, or has gone: then reading finds that out
        m_output.remove(0, sent);
    }
}

void CrashClient::subscribe(const QByteArray &filter, QoS qos)
{
    SubscribePacket packet;
    packet.packetId = subscribeId;
    packet.entries = {{filter, qos}};
    m_isSubscribed = false;
    send(packet);
}

/// The lowest free packet id: ids are used again as soon as they may be.
void CrashClient::publish(PublishPacket packet, Tag tag)
{
    if (packet.qos == QoS::AtMostOnce) {
        send(packet);
        return;
    }
    packet.packetId = 1;
    while (placeOf(packet.packetId) != m_outgoing.end())
        ++packet.packetId;
    m_outgoing.push_back({std::move(packet), tag});
    if (m_isWelcome)
        transmit(m_outgoing.back());
}

void CrashClient::transmit(Outgoing &outgoing)
{
    if (outgoing.isReleased)
        acknowledge(PacketType::Pubrel, outgoing.packet.packetId);
    else
        send(outgoing.packet);
    outgoing.packet.duplicate = true; // from the second time on
}

// --- in ------------------------------------------------------------------------------------------------------

void CrashClient::receive()
{
    const bool goesOn = readSome();
    takePackets();
    if (goesOn)
        return;
    if (isOpen() && !mayBeClosed())
        complain("the broker has closed the connection, reason " + QByteArray::number(static_cast<int>(m_closedFor)));
    close();
}

bool CrashClient::mayBeClosed() const
{
    const bool isReasonRight = m_version != ProtocolVersion::Mqtt5 || m_closedFor == ReasonCode::QuotaExceeded;
    return m_isLeaving || (m_mayBeClosed && isReasonRight);
}

/// False when the connection has ended or broken.
bool CrashClient::readSome()
{
    char buffer[64 * 1024];
    const ssize_t bytes = ::recv(m_descriptor, buffer, sizeof buffer, MSG_DONTWAIT);
    if (bytes > 0)
        m_input.append(buffer, bytes);
    return bytes > 0 || (bytes < 0 && (errno == EAGAIN || errno == EINTR));
}

void CrashClient::takePackets()
{
    qsizetype taken = 0;
    while (isOpen()) {
        const FrameCut cut = cutFrame(QByteArrayView(m_input).sliced(taken), largestPacket);
        if (cut.status == FrameCut::Status::Incomplete)
            break;
        const auto packet = cut.status == FrameCut::Status::Complete
            ? decodePacket(cut.frame, m_version, Sender::Server, {})
            : Result<Packet, ProtocolError>(cut.error);
        if (!packet) {
            complain("a packet that is none: " + QByteArray(packet.error().text));
            close();
            return;
        }
        taken += cut.size;
        take(*packet);
    }
    m_input.remove(0, taken);
}

void CrashClient::take(const Packet &packet)
{
    if (const auto *connack = std::get_if<ConnackPacket>(&packet))
        takeConnack(*connack);
    else if (const auto *publish = std::get_if<PublishPacket>(&packet))
        takePublish(*publish);
    else if (const auto *answer = std::get_if<AcknowledgePacket>(&packet))
        takeAcknowledge(*answer);
    else if (const auto *suback = std::get_if<SubackPacket>(&packet))
        m_isSubscribed = !isFailure(suback->reasons.front());
    else if (const auto *disconnect = std::get_if<DisconnectPacket>(&packet))
        m_closedFor = disconnect->reason;
}

void CrashClient::takeConnack(const ConnackPacket &connack)
{
    if (connack.reason != ReasonCode::Success) {
        m_closedFor = connack.reason;
        if (!m_mayBeClosed)
            complain("refused with " + QByteArray::number(static_cast<int>(connack.reason)));
        return;
    }
    m_isWelcome = true;
    if (welcomed)
        welcomed(connack.sessionPresent);
    for (Outgoing &each : m_outgoing) // [MQTT-4.4.0-1]
        transmit(each);
}

void CrashClient::takePublish(const PublishPacket &publish)
{
    if (publish.qos == QoS::AtLeastOnce)
        acknowledge(PacketType::Puback, publish.packetId);
    if (publish.qos == QoS::ExactlyOnce) {
        acknowledge(PacketType::Pubrec, publish.packetId);
        if (!m_incoming.insert(publish.packetId).second) {
            if (!publish.duplicate)
                complain("a QoS 2 message with a packet id that is in use");
            return;
        }
    }
    if (received)
        received(publish);
}

CrashClient::Place CrashClient::placeOf(quint16 packetId)
{
    return std::find_if(m_outgoing.begin(), m_outgoing.end(),
        [packetId](const Outgoing &each) { return each.packet.packetId == packetId; });
}

void CrashClient::takeAcknowledge(const AcknowledgePacket &packet)
{
    if (packet.type == PacketType::Pubrel) {
        m_incoming.erase(packet.packetId);
        acknowledge(PacketType::Pubcomp, packet.packetId);
        return;
    }
    const Place place = placeOf(packet.packetId);
    if (place == m_outgoing.end())
        complain("an acknowledgement for nothing");
    else
        takeAnswer(place, packet);
}

void CrashClient::takeAnswer(Place place, const AcknowledgePacket &packet)
{
    const Tag tag = place->tag;
    if (packet.type == PacketType::Pubcomp) {
        if (!place->isReleased)
            complain("a PUBCOMP before its PUBREC");
        m_outgoing.erase(place);
        return;
    }
    const PacketType wanted = place->packet.qos == QoS::ExactlyOnce ? PacketType::Pubrec : PacketType::Puback;
    if (packet.type != wanted)
        complain("an acknowledgement of the wrong kind");
    if (isFailure(packet.reason)) {
        m_outgoing.erase(place);
        if (refused)
            refused(tag, packet.reason);
        return;
    }
    const bool isNews = !std::exchange(place->isReleased, true);
    if (packet.type == PacketType::Pubrec)
        acknowledge(PacketType::Pubrel, packet.packetId);
    else
        m_outgoing.erase(place);
    if (isNews && acknowledged)
        acknowledged(tag);
}

void CrashClient::complain(const QByteArray &what)
{
    if (wronged)
        wronged(m_clientId + ": " + what);
}

} // namespace pigeon::test
