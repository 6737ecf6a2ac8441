#include "hostile/battery.h"

#include <QElapsedTimer>

namespace pigeon::test {

namespace {

constexpr quint8 connackByte = 0x20;
constexpr quint8 disconnectByte = 0xE0;
constexpr quint8 pingrespByte = 0xD0;

quint8 firstByteOf(const QByteArray &packet)
{
    return packet.isEmpty() ? quint8(0) : static_cast<quint8>(packet.front());
}

/// The packets still to come, up to the end of the connection, looked at by `isIt`.
template <typename IsIt>
bool findPacket(RawClient &client, IsIt isIt)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < RawClient::patienceMilliseconds) {
        const QByteArray packet = client.takePacket(RawClient::patienceMilliseconds - int(timer.elapsed()));
        if (packet.isEmpty())
            return false;
        if (isIt(packet))
            return true;
    }
    return false;
}

QByteArray judgeServed(RawClient &client)
{
    if (!client.send(raw::pingreq()))
        return "it cannot send any more";
    if (findPacket(client, [](const QByteArray &packet) { return firstByteOf(packet) == pingrespByte; }))
        return QByteArray();
    return client.hasEnded() ? "it was closed instead of served" : "it is not answered";
}

QByteArray judgeClosed(RawClient &client)
{
    const bool wasTold = findPacket(client, [](const QByteArray &packet) {
        return firstByteOf(packet) == disconnectByte || firstByteOf(packet) == connackByte;
    });
    if (wasTold)
        return "it was told something";
    return client.waitForEnd() ? QByteArray() : QByteArray("it is still connected");
}

/// A packet of `firstByte` that has `reason` at `place`, then the end.
QByteArray judgeTold(RawClient &client, quint8 firstByte, qsizetype place, quint8 reason)
{
    QByteArray told;
    findPacket(client, [&told, firstByte](const QByteArray &packet) {
        told = firstByteOf(packet) == firstByte ? packet : told;
        return !told.isEmpty();
    });
    if (told.isEmpty())
        return client.hasEnded() ? "it was closed without a word" : "it was told nothing and is still connected";
    if (told.size() <= place || static_cast<quint8>(told[place]) != reason)
        return "it was told " + told.toHex(' ');
    return client.waitForEnd() ? QByteArray() : QByteArray("it was told, but is still connected");
}

} // namespace

// --- the witness ---------------------------------------------------------------------------------------------

Witness::Witness(quint16 port)
    : m_subscriber(port)
    , m_publisher(port)
{
    m_subscriber.send(raw::connect({ProtocolVersion::Mqtt311, "witness-subscriber"}));
    m_publisher.send(raw::connect({ProtocolVersion::Mqtt311, "witness-publisher"}));
    m_subscriber.send(raw::subscribe(ProtocolVersion::Mqtt311, {"witness/+"}));
    if (m_subscriber.takePacket().isEmpty() || m_subscriber.takePacket().isEmpty()
        || m_publisher.takePacket().isEmpty())
        qFatal("the witness is not let in");
}

std::optional<qint64> Witness::roundTrip()
{
    const QByteArray packet = raw::publish(
        {ProtocolVersion::Mqtt311, "witness/seen", QByteArray::number(++m_count)});
    QElapsedTimer timer;
    timer.start();
    if (!m_publisher.send(packet))
        return std::nullopt;
    while (timer.elapsed() < RawClient::patienceMilliseconds) {
        const QByteArray got = m_subscriber.takePacket(RawClient::patienceMilliseconds - int(timer.elapsed()));
        if (got == packet)
            return timer.elapsed();
        if (got.isEmpty())
            break;
    }
    return std::nullopt;
}

// --- the battery ---------------------------------------------------------------------------------------------

void Battery::useBroker(const QStringList &options)
{
    if (!m_broker || !m_broker->isRunning() || m_broker->options() != options)
        restartBroker(options);
}

void Battery::restartBroker(const QStringList &options)
{
    m_witness.reset();
    m_broker.reset();
    m_broker = std::make_unique<BrokerProcess>(options);
    m_witness = std::make_unique<Witness>(m_broker->port());
}

void Battery::init()
{
    m_slowest = 0;
}

void Battery::cleanup()
{
    if (!m_broker)
        return;
    QVERIFY2(m_broker->isRunning(), "the broker has crashed");
    QVERIFY2(isWitnessServed(), qPrintable(QStringLiteral("others wait %1 ms").arg(m_slowest)));
    QVERIFY(clientsSettleAt(witnessClients));
}

void Battery::cleanupTestCase()
{
    m_witness.reset();
    m_broker.reset();
}

bool Battery::isWitnessServed()
{
    for (int attempt = 0; attempt < 3; ++attempt) {
        const std::optional<qint64> took = m_witness->roundTrip();
        m_slowest = std::max(m_slowest, took.value_or(RawClient::patienceMilliseconds));
        if (!took)
            return false;
        if (*took <= servedWithinMilliseconds)
            return true;
    }
    return false;
}

void Battery::askWitness()
{
    m_slowest = std::max(m_slowest, m_witness->roundTrip().value_or(RawClient::patienceMilliseconds));
}

RawClient Battery::letIn(const raw::Connect &connect, int receiveBufferBytes)
{
    RawClient client(port(), receiveBufferBytes);
    client.send(raw::connect(connect));
    const QByteArray connack = client.takePacket();
    if (connack.size() < 4 || firstByteOf(connack) != connackByte || connack[3] != 0)
        qWarning("a client was not let in: %s", connack.toHex(' ').constData());
    return client;
}

QByteArray Battery::judge(RawClient &client, Expected expected, ProtocolVersion version)
{
    switch (expected.ending) {
    case Expected::Ending::Served:
        return judgeServed(client);
    case Expected::Ending::Closed:
        return judgeClosed(client);
    case Expected::Ending::Refused:
        return judgeTold(client, connackByte, 3, expected.reason);
    case Expected::Ending::Disconnected:
        Q_ASSERT(version == ProtocolVersion::Mqtt5);
        return judgeTold(client, disconnectByte, 2, expected.reason);
    }
    return "unknown expectation";
}

bool Battery::settlesAt(qint64 BrokerProcess::Holdings::*what, qint64 number)
{
    constexpr int often = 5; // turns of the broker's event loop, each with all that had come by then
    QElapsedTimer timer;
    timer.start();
    for (int inARow = 0; timer.elapsed() < RawClient::patienceMilliseconds;) {
        inARow = m_broker->holdings().*what == number ? inARow + 1 : 0;
        if (inARow == often)
            return true;
    }
    return false;
}

void Battery::tellFigures(const char *what)
{
    qInfo("%s: memory %lld KiB, peak %lld KiB, CPU %lld ms, slowest answer to others %lld ms", what,
        static_cast<long long>(m_broker->memoryKiB()), static_cast<long long>(m_broker->peakKiB()),
        static_cast<long long>(m_broker->cpuMilliseconds()), static_cast<long long>(m_slowest));
}

const char *nameOf(ProtocolVersion version)
{
    switch (version) {
    case ProtocolVersion::Mqtt31:
        return "3.1";
    case ProtocolVersion::Mqtt311:
        return "3.1.1";
    case ProtocolVersion::Mqtt5:
        break;
    }
    return "5.0";
}

} // namespace pigeon::test
