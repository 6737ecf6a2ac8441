#include "gui/flood.h"

#include <QElapsedTimer>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

namespace pigeon {

namespace {

// Each device sends so many messages at a time, one for each of half of its topics: devices gather, too.
constexpr int messagesOfLot = 5;

QByteArray withLength(const QByteArray &text)
{
    return QByteArray(1, char(text.size() >> 8)) + char(text.size() & 0xFF) + text;
}

// All packets here are shorter than 128 bytes.
QByteArray packet(char head, const QByteArray &body)
{
    return QByteArray(1, head) + char(body.size()) + body;
}

QByteArray connectPacket(const QByteArray &clientId)
{
    return packet(0x10, withLength("MQTT") + QByteArray("\x04\x02\x00\x00", 4) + withLength(clientId));
}

QByteArray subscribePacket(const QByteArray &filter)
{
    return packet(char(0x82), QByteArray("\x00\x01", 2) + withLength(filter) + '\0');
}

QByteArray publishPacket(int device, int topic, quint64 turn)
{
    const QByteArray name = "flood/" + QByteArray::number(device) + "/value/" + QByteArray::number(topic);
    const double value = 20 + 5 * std::sin(double(turn) / 50 + topic);
    return packet(0x30,
        withLength(name) + R"({"turn":)" + QByteArray::number(turn) + R"(,"value":)" + QByteArray::number(value, 'f', 2) + '}');
}

} // namespace

Flood::Flood(quint16 port, int messagesPerSecond)
    : m_port(port)
    , m_messagesPerSecond(messagesPerSecond)
{
    setObjectName(QStringLiteral("flood"));
}

Flood::~Flood()
{
    m_isOver = true;
    wait();
    for (const int each : m_devices)
        ::close(each);
    for (const int each : m_subscribers)
        ::close(each);
}

int Flood::connectAs(const QByteArray &clientId)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int noDelay = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay);
    char connack[4];
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0
        && write(socket, connectPacket(clientId)) && ::recv(socket, connack, sizeof connack, MSG_WAITALL) == 4
        && connack[3] == 0)
        return socket;
    ::close(socket);
    return -1;
}

bool Flood::write(int socket, const QByteArray &bytes)
{
    return ::send(socket, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
}

bool Flood::connectAll()
{
    for (int i = 0; i < subscribers; ++i) {
        const int socket = connectAs("flood-program-" + QByteArray::number(i));
        char suback[5];
        if (socket < 0 || !write(socket, subscribePacket("flood/+/value/" + QByteArray::number(i)))
            || ::recv(socket, suback, sizeof suback, MSG_WAITALL) != 5)
            return false;
        m_subscribers.push_back(socket);
    }
    m_parts.resize(m_subscribers.size());
    for (int i = 0; i < devices; ++i) {
        const int socket = connectAs("flood-device-" + QByteArray::number(i));
        if (socket < 0)
            return false;
        m_devices.push_back(socket);
    }
    return true;
}

void Flood::sendLot(int device)
{
    QByteArray lot;
    const int first = m_turn % 2 == 0 ? 0 : messagesOfLot;
    for (int i = 0; i < messagesOfLot; ++i)
        lot += publishPacket(device, first + i, m_turn);
    if (write(m_devices[size_t(device)], lot))
        m_sent += messagesOfLot;
    else
        m_hasFailed = true;
}

/// Counts packets and leaves what they say.
void Flood::readAll()
{
    static thread_local char buffer[256 * 1024];
    for (size_t i = 0; i < m_subscribers.size(); ++i) {
        const ssize_t size = ::recv(m_subscribers[i], buffer, sizeof buffer, MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno != EAGAIN))
            m_hasFailed = true;
        if (size <= 0)
            continue;
        const QByteArray bytes = m_parts[i] + QByteArray::fromRawData(buffer, size);
        qsizetype at = 0;
        while (bytes.size() - at >= 2 && bytes.size() - at >= 2 + bytes[at + 1]) {
            at += 2 + bytes[at + 1];
            ++m_received;
        }
        m_parts[i] = bytes.mid(at);
    }
}

void Flood::run()
{
    if (!connectAll()) {
        m_hasFailed = true;
        return;
    }
    m_isConnected = true;
    QElapsedTimer time;
    time.start();
    int device = 0;
    while (!m_isOver && !m_hasFailed) {
        const quint64 due = quint64(time.elapsed()) * quint64(m_messagesPerSecond) / 1'000;
        while (m_sent < due && !m_isOver) {
            sendLot(device);
            device = (device + 1) % devices;
            m_turn += device == 0;
            if (device % 100 == 0)
                readAll();
        }
        readAll();
        msleep(2);
    }
    for (time.start(); m_received < m_sent && !m_hasFailed && time.elapsed() < 20'000; msleep(2))
        readAll();
}

} // namespace pigeon
