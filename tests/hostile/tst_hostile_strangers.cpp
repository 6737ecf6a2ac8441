// Who connects and speaks something else, too much, too slowly or nothing: before any CONNECT was understood.

#include "hostile/battery.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

using namespace pigeon;
using namespace pigeon::test;

namespace {

struct Stranger
{
    const char *name;
    const char *hex; ///< or text when it begins with '|'
};

constexpr Stranger strangers[] = {
    {"HTTP GET", "|GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
    {"HTTP POST", "|POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b"},
    {"WebSocket upgrade", "|GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Protocol: mqtt\r\n\r\n"},
    {"HTTP/2 preface", "|PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {"SSH", "|SSH-2.0-OpenSSH_9.2\r\n"},
    {"SMTP", "|EHLO localhost\r\n"},
    {"Redis", "|PING\r\n"},
    {"AMQP", "|AMQP\t\t\t\t"},
    {"PROXY protocol 1", "|PROXY TCP4 192.0.2.1 192.0.2.2 56324 1883\r\n"},
    {"PROXY protocol 2", "0D0A0D0A000D0A515549540A2111000C7F0000017F000001DEAD075B"},
    {"TLS 1.2 ClientHello", "16030100A5010000A10303000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
                            "000020CCA8CCA9C02FC030C02BC02CC013C009C014C00A009C009D002F0035C012000A01000058"},
    {"SSL 2 ClientHello", "802E0100020015000000100100800200800300800400800500800600400700C0"},
    {"SOCKS 5", "05010000"},
    {"zeros", "0000000000000000000000000000000000"},
    {"ones", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
    {"MQTT-SN CONNECT", "0904040100144D5153"},
    {"CONNECT and an endless length", "10FFFFFFFFFFFF"},
    {"CONNECT of 256 MB announced [MQTT-3.2.2-15]", "10FFFFFF7F00044D515454"},
    {"PUBLISH of 256 MB announced", "30FFFFFF7F0003612F62"},
    {"name length past the packet", "1006FFFF4D515454"},
    {"protocol name of 65535 bytes announced", "1014FFFF4D5154540402003C00026331000000000000"},
};

} // namespace

class HostileStrangers final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { useBroker(options()); }
    void otherProtocol_data();
    void otherProtocol();
    void firstByte_data();
    void firstByte();
    void randomBytes_data();
    void randomBytes();
    void connectOfSize_data();
    void connectOfSize();
    void silence_data();
    void silence();

private:
    static QStringList options() { return {QStringLiteral("connectTimeout=300")}; }
};

void HostileStrangers::otherProtocol_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const Stranger &stranger : strangers) {
        const QByteArray text(stranger.hex);
        QTest::newRow(stranger.name) << (text.startsWith('|') ? text.mid(1) : QByteArray::fromHex(text));
    }
}

/// [MQTT-3.1.0-1]: no CONNECT, no word. Those whose packet has not come whole are closed when it is certain or at
/// the connect timeout.
void HostileStrangers::otherProtocol()
{
    QFETCH(QByteArray, bytes);
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    RawClient client(port());
    QVERIFY(client.send(bytes));
    QCOMPARE(judge(client, closedSilently, ProtocolVersion::Mqtt5), QByteArray());
    QVERIFY2(broker().peakKiB() < before + 1024, "memory was set aside for what was only announced");
}

void HostileStrangers::firstByte_data()
{
    QTest::addColumn<int>("byte");
    for (int byte = 0; byte < 256; ++byte)
        QTest::addRow("%02X", byte) << byte;
}

void HostileStrangers::firstByte()
{
    QFETCH(int, byte);
    RawClient client(port());
    QVERIFY(client.send(QByteArray(1, char(byte)) + QByteArray::fromHex("020000")));
    QCOMPARE(judge(client, closedSilently, ProtocolVersion::Mqtt5), QByteArray());
}

void HostileStrangers::randomBytes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 30; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void HostileStrangers::randomBytes()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    QByteArray bytes;
    for (int i = 0; i < 20'000; ++i)
        bytes.append(char(random.bounded(256)));
    bytes[0] = char(0x10); // looks like a CONNECT at first
    RawClient client(port());
    client.send(bytes);
    QCOMPARE(judge(client, closedSilently, ProtocolVersion::Mqtt5), QByteArray());
}

void HostileStrangers::connectOfSize_data()
{
    QTest::addColumn<int>("packetBytes");
    QTest::addColumn<Expected>("expected");
    QTest::newRow("as large as allowed") << 256 * 1024 << served;
    QTest::newRow("one byte more") << 256 * 1024 + 1 << closedSilently;
}

void HostileStrangers::connectOfSize()
{
    QFETCH(int, packetBytes);
    QFETCH(Expected, expected);
    raw::Connect connect;
    connect.clientId = QByteArray(60'000, 'c');
    connect.willTopic = QByteArray(60'000, 't');
    connect.willPayload = QByteArray(60'000, 'p');
    // A user property of the right length fills it up.
    const qsizetype rest = packetBytes - raw::connect(connect).size() - 7; // 5 of its own, 2 of the lengths before
    connect.properties
        = QByteArray::fromHex("26") + raw::text(QByteArray(40'000, 'n')) + raw::text(QByteArray(rest - 40'000, 'v'));
    const QByteArray bytes = raw::connect(connect);
    QCOMPARE(bytes.size(), qsizetype(packetBytes));
    RawClient client(port());
    client.send(bytes);
    QCOMPARE(judge(client, expected, ProtocolVersion::Mqtt5), QByteArray());
}

void HostileStrangers::silence_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<bool>("drips");
    QTest::newRow("says nothing") << QByteArray() << false;
    QTest::newRow("half a CONNECT") << raw::connect({}).first(8) << false;
    QTest::newRow("a byte every 20 ms") << raw::connect({ProtocolVersion::Mqtt311, QByteArray(500, 'x')}) << true;
    QTest::newRow("a length and no body") << QByteArray::fromHex("10FFFF03") << false;
}

/// [MQTT-3.1.4] slowloris: a CONNECT has to be whole in the connect timeout, however alive its sender looks.
void HostileStrangers::silence()
{
    QFETCH(QByteArray, begin);
    QFETCH(bool, drips);
    std::vector<RawClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back(port());
        QVERIFY(clients.back().send(drips ? begin.first(1) : begin));
    }
    QElapsedTimer timer;
    timer.start();
    for (qsizetype at = 1; drips && at < begin.size() && timer.elapsed() < 1'000; ++at) {
        if (clients.front().waitForEnd(20))
            break;
        for (RawClient &client : clients)
            client.sendSome(begin.sliced(at, 1));
    }
    for (RawClient &client : clients)
        QCOMPARE(judge(client, closedSilently, ProtocolVersion::Mqtt5), QByteArray());
    QVERIFY2(timer.elapsed() >= 250, "closed before its time");
    QVERIFY2(timer.elapsed() < 3'000, "it held its connection for too long");
}

QTEST_GUILESS_MAIN(HostileStrangers)
#include "tst_hostile_strangers.moc"
