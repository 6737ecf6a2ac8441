#include "window/democlient.h"

#include <QtEndian>

namespace pigeon {

namespace {

// First bytes of the packets that are used here: type and fixed flags (2.2).
constexpr quint8 connectHead = 0x10;
constexpr quint8 connackHead = 0x20;
constexpr quint8 publishType = 0x30;
constexpr quint8 pubackHead = 0x40;
constexpr quint8 pubrecHead = 0x50;
constexpr quint8 pubrelHead = 0x62;
constexpr quint8 pubcompHead = 0x70;
constexpr quint8 subscribeHead = 0x82;
constexpr quint8 pingreqHead = 0xC0;
constexpr quint8 disconnectHead = 0xE0;

// What the broker answers a CONNECT with (3.2.2.3).
constexpr char accepted = 0;
constexpr char badUserOrPassword = 4;
constexpr char notAuthorized = 5;

QByteArray twoBytes(quint16 number)
{
    QByteArray bytes(2, Qt::Uninitialized);
    qToBigEndian(number, bytes.data());
    return bytes;
}

QByteArray text(const QByteArray &utf8) { return twoBytes(static_cast<quint16>(utf8.size())) + utf8; }

QByteArray lengthOf(qsizetype bytes)
{
    QByteArray encoded;
    do {
        const auto low = static_cast<char>(bytes % 128);
        bytes /= 128;
        encoded.append(bytes > 0 ? static_cast<char>(low | 0x80) : low);
    } while (bytes > 0);
    return encoded;
}

} // namespace

DemoClient::DemoClient(Terms terms, QObject *parent)
    : QObject(parent)
    , m_terms(std::move(terms))
{
    connect(&m_socket, &QTcpSocket::connected, this, &DemoClient::greet);
    connect(&m_socket, &QTcpSocket::readyRead, this, &DemoClient::read);
    connect(&m_socket, &QTcpSocket::stateChanged, this, [this](QAbstractSocket::SocketState state) {
        if (state != QAbstractSocket::UnconnectedState)
            return;
        m_pings.stop();
        m_isConnected = false;
        Q_EMIT lost();
    });
    connect(&m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (error == QAbstractSocket::ConnectionRefusedError || error == QAbstractSocket::NetworkError
            || error == QAbstractSocket::SocketTimeoutError)
            Q_EMIT refused(Refusal::Unreachable);
    });
    connect(&m_pings, &QTimer::timeout, this, [this] { send(pingreqHead, {}); });
}

DemoClient::~DemoClient()
{
    m_socket.disconnect(this); // it tells of its end, when less of us is left
}

void DemoClient::connectTo(const QHostAddress &address, quint16 port)
{
    m_received.clear();
    m_socket.abort();
    m_socket.connectToHost(address, port);
}

void DemoClient::greet()
{
    const bool hasWill = !m_terms.willTopic.isEmpty();
    const bool hasUser = !m_terms.user.isEmpty();
    const int flags = (m_terms.cleanSession ? 0x02 : 0) | (hasUser ? 0x80 | 0x40 : 0)
        | (hasWill ? 0x04 | 0x20 : 0); // a will is retained, at QoS 0
    QByteArray body = text("MQTT") + char(4) + char(flags) + twoBytes(m_terms.keepAliveSeconds) + text(m_terms.clientId);
    if (hasWill)
        body += text(m_terms.willTopic) + text(m_terms.willPayload);
    if (hasUser)
        body += text(m_terms.user) + text(m_terms.password);
    send(connectHead, body);
}

void DemoClient::publish(const QByteArray &topic, const QByteArray &payload, int qos, bool retain)
{
    if (!m_isConnected)
        return;
    QByteArray body = text(topic);
    if (qos > 0) {
        body += twoBytes(m_nextId);
        m_nextId = m_nextId == 0xFFFF ? 1 : static_cast<quint16>(m_nextId + 1);
    }
    send(static_cast<quint8>(publishType | qos << 1 | (retain ? 1 : 0)), body + payload);
    if (retain)
        Q_EMIT retains(topic);
}

void DemoClient::subscribe(const QByteArray &filter, int qos)
{
    if (m_isConnected)
        send(subscribeHead, twoBytes(1) + text(filter) + static_cast<char>(qos));
}

void DemoClient::disconnectFromBroker()
{
    m_pings.stop();
    if (m_isConnected)
        send(disconnectHead, {});
    else
        m_socket.abort();
    m_isConnected = false; // nothing comes after it
    m_socket.flush(); // who lets go of us at once has said goodbye all the same
}

bool DemoClient::waitUntilGone(std::chrono::milliseconds most)
{
    return m_socket.state() == QAbstractSocket::UnconnectedState || m_socket.waitForDisconnected(static_cast<int>(most.count()));
}

void DemoClient::vanish() { m_socket.abort(); }

void DemoClient::send(quint8 head, const QByteArray &body)
{
    m_socket.write(QByteArray(1, static_cast<char>(head)) + lengthOf(body.size()) + body);
}

void DemoClient::read()
{
    m_received += m_socket.readAll();
    for (;;) {
        qsizetype length = 0;
        qsizetype at = 1;
        int shift = 0;
        for (; at < m_received.size() && at < 5; ++at, shift += 7) {
            length |= qsizetype(static_cast<quint8>(m_received[at]) & 0x7F) << shift;
            if (!(static_cast<quint8>(m_received[at]) & 0x80))
                break;
        }
        if (at >= m_received.size() || m_received.size() < at + 1 + length)
            return;
        const auto head = static_cast<quint8>(m_received[0]);
        const QByteArray body = m_received.mid(at + 1, length);
        m_received.remove(0, at + 1 + length);
        take(head, body);
    }
}

void DemoClient::take(quint8 head, const QByteArray &body)
{
    if (head == connackHead && body.size() == 2 && body[1] != accepted) {
        Q_EMIT refused(body[1] == badUserOrPassword || body[1] == notAuthorized ? Refusal::Login : Refusal::Other);
    } else if (head == connackHead && body.size() == 2) {
        m_isConnected = true;
        if (!m_terms.willTopic.isEmpty())
            Q_EMIT retains(m_terms.willTopic);
        if (m_terms.keepAliveSeconds > 0)
            m_pings.start(std::chrono::seconds(m_terms.keepAliveSeconds));
        Q_EMIT connected();
    } else if ((head & 0xF0) == publishType) {
        takePublish(head, body);
    } else if (head == pubrecHead) {
        send(pubrelHead, body.left(2));
    } else if (head == pubrelHead) {
        acknowledge(pubcompHead, body.left(2));
    }
}

void DemoClient::takePublish(quint8 head, const QByteArray &body)
{
    const int qos = head >> 1 & 3;
    if (qos == 0 || body.size() < 4)
        return;
    const qsizetype topicBytes = qFromBigEndian<quint16>(body.constData());
    acknowledge(qos == 1 ? pubackHead : pubrecHead, body.mid(2 + topicBytes, 2));
}

void DemoClient::acknowledge(quint8 head, const QByteArray &id)
{
    if (m_slowness.count() == 0)
        send(head, id);
    else
        QTimer::singleShot(m_slowness, this, [this, head, id] {
            if (m_isConnected)
                send(head, id);
        });
}

} // namespace pigeon
