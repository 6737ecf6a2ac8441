// One client that was let in and abuses what the standard gives it. Each row says what becomes of it and by how
// much the broker may grow meanwhile.

#include "hostile/battery.h"

#include <functional>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr auto v31 = ProtocolVersion::Mqtt31;
constexpr auto v311 = ProtocolVersion::Mqtt311;
constexpr auto v5 = ProtocolVersion::Mqtt5;
constexpr qint64 MiB = 1024; // in KiB

/// Sends what it has to and says what is wrong; empty: all is as it should be so far.
using Attack = std::function<QByteArray(RawClient &, ProtocolVersion)>;

struct Abuse
{
    const char *name; // with its clause
    std::vector<ProtocolVersion> versions;
    Attack attack;
    std::function<Expected(ProtocolVersion)> expected;
    qint64 growthKiB = 2 * MiB;
};

QByteArray hex(const char *digits) { return QByteArray::fromHex(digits); }

std::function<Expected(ProtocolVersion)> always(Expected expected)
{
    return [expected](ProtocolVersion) { return expected; };
}
std::function<Expected(ProtocolVersion)> endsWith(quint8 reason)
{
    return [reason](ProtocolVersion version) { return ended(version, reason); };
}
/// 5.0 is told in the answer and goes on; 3.x has no words for it.
Expected servedIn5(ProtocolVersion version) { return version == v5 ? served : closedSilently; }

Attack sends(std::function<QByteArray(ProtocolVersion)> bytes)
{
    return [bytes = std::move(bytes)](RawClient &client, ProtocolVersion version) {
        client.send(bytes(version)); // may end before all of it was taken
        return QByteArray();
    };
}

Attack publishes(QByteArray topic, QByteArray properties = {})
{
    return sends([=](ProtocolVersion version) {
        return raw::publish({version, topic, "x", 0, 1, false, properties});
    });
}

/// Sends and compares the first answer, as far as `answer` goes.
Attack asks(std::function<QByteArray(ProtocolVersion)> bytes, std::function<QByteArray(ProtocolVersion)> answer)
{
    return [=](RawClient &client, ProtocolVersion version) {
        client.send(bytes(version));
        const QByteArray wanted = answer(version);
        const QByteArray got = client.takePacket();
        return got.startsWith(wanted) ? QByteArray() : "answered " + got.left(32).toHex(' ');
    };
}

std::vector<QByteArray> filters(int count, const QByteArray &begin = "many/")
{
    std::vector<QByteArray> made;
    for (int i = 0; i < count; ++i)
        made.push_back(begin + QByteArray::number(i));
    return made;
}

QByteArray levels(int count, const QByteArray &level) { return (level + '/').repeated(count - 1) + level; }

QByteArray suback(ProtocolVersion version, const QByteArray &codes)
{
    return raw::packet(0x90, raw::twoBytes(1) + raw::block(version, {}) + codes);
}

QByteArray publishesInTurn(ProtocolVersion version, int count, int qos, std::function<int(int)> packetId)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += raw::publish({version, "turn", QByteArray::number(i), qos, packetId(i)});
    return bytes;
}

QByteArray auth(quint8 reason, const QByteArray &method)
{
    const QByteArray properties = hex("15") + raw::text(method);
    return raw::packet(0xF0, QByteArray(1, char(reason)) + raw::variable(properties.size()) + properties);
}

std::vector<Abuse> abuses()
{
    const std::vector<ProtocolVersion> all{v31, v311, v5}, only5{v5};
    const QByteArray alias = hex("23");
    return {
        // topics and filters
        {"topic of 65 535 bytes [MQTT-4.7.3-3]", all, publishes(QByteArray(65'535, 't')), always(served)},
        {"topic of 100 levels", all, publishes(levels(100, "l")), always(served)},
        {"topic of 101 levels", all, publishes(levels(101, "l")), endsWith(0x90)},
        {"topic of 65 535 levels", all, publishes(QByteArray(65'534, '/') + 'x'), endsWith(0x90)},
        {"filter of 30 000 + levels [MQTT-3.9.3-2]", all,
            asks([](auto v) { return raw::subscribe(v, {levels(30'000, "+")}); },
                [](auto v) { return suback(v, v == v5 ? hex("8F") : hex("80")); }), always(served)},
        {"100 filters of 99 + levels each", all,
            sends([](auto v) {
                std::vector<QByteArray> made = filters(100, levels(98, "+") + '/');
                return raw::subscribe(v, made);
            }), always(served)},
        {"shared group of 60 000 bytes", only5,
            asks([](auto v) { return raw::subscribe(v, {"$share/" + QByteArray(60'000, 'g') + "/a"}); },
                [](auto v) { return suback(v, hex("00")); }), always(served)},
        {"publish storm to $SYS/", all,
            sends([](auto v) { return raw::publish({v, "$SYS/broker/uptime", "0"}).repeated(10'000); }), servedIn5},
        {"publish to $SYS/ at QoS 1", all,
            [](RawClient &client, ProtocolVersion v) {
                client.send(raw::publish({v, "$SYS/broker/uptime", "0", 1}));
                if (v != v5)
                    return QByteArray();
                const QByteArray puback = client.takePacket();
                return puback.size() > 4 && puback[4] == char(0x87) ? QByteArray() : puback.toHex(' ');
            },
            servedIn5},
        // subscriptions
        {"SUBSCRIBE of 10 000 filters", all,
            asks([](auto v) { return raw::subscribe(v, filters(10'000)); },
                [](auto v) { return suback(v, QByteArray(10'000, '\0')); }), always(served), 24 * MiB},
        {"SUBSCRIBE of 10 000 times #", all,
            asks([](auto v) { return raw::subscribe(v, std::vector<QByteArray>(10'000, "#")); },
                [](auto v) { return suback(v, QByteArray(10'000, '\0')); }), always(served), 8 * MiB},
        {"SUBSCRIBE beyond the subscriptions of a client", all,
            [](RawClient &client, ProtocolVersion v) {
                client.send(raw::subscribe(v, filters(20'000)) + raw::subscribe(v, {"one/more", "many/7"}));
                client.takePacket();
                const QByteArray got = client.takePacket();
                return got == suback(v, hex(v == v5 ? "9700" : "8000")) ? QByteArray() : got.toHex(' ');
            },
            always(served), 48 * MiB},
        {"SUBSCRIBE of 200 000 filters", all,
            sends([](auto v) { return raw::subscribe(v, std::vector<QByteArray>(200'000, "#")); }), endsWith(0x97),
            8 * MiB},
        {"UNSUBSCRIBE of 200 000 filters", all,
            sends([](auto v) { return raw::unsubscribe(v, std::vector<QByteArray>(200'000, "#")); }), endsWith(0x97),
            8 * MiB},
        {"unsubscribe storm", all,
            sends([](auto v) {
                const auto some = filters(2'000);
                return raw::subscribe(v, some) + raw::unsubscribe(v, some).repeated(5);
            }), always(served), 12 * MiB},
        {"invalid filters among valid ones [MQTT-3.8.4-6]", only5,
            asks([](auto v) { return raw::subscribe(v, {"a", "b/#/c", "c+", "$share//x", "", "d"}); },
                [](auto v) { return suback(v, hex("008F8F8F8F00")); }), always(served)},
        {"invalid filter [MQTT3-4.7.1-2]", {v31, v311}, sends([](auto v) { return raw::subscribe(v, {"b/#/c"}); }),
            always(closedSilently)},
        // properties
        {"1 000 user properties", only5, publishes("p", raw::userProperties(1'000)), always(served)},
        {"1 001 user properties", only5, publishes("p", raw::userProperties(1'001)), always(disconnected(0x97))},
        {"100 000 user properties", only5, publishes("p", raw::userProperties(100'000)),
            always(disconnected(0x97)), 4 * MiB},
        {"SUBSCRIBE with 1 001 user properties", only5,
            sends([](auto v) { return raw::subscribe(v, {"a"}, 1, 0, raw::userProperties(1'001)); }),
            always(disconnected(0x97))},
        // aliases
        {"alias 0 [MQTT-3.3.2-8]", only5, publishes("a", alias + raw::twoBytes(0)), always(disconnected(0x94))},
        {"alias over the maximum [MQTT-3.3.2-9]", only5, publishes("a", alias + raw::twoBytes(65)),
            always(disconnected(0x94))},
        {"alias 65 535", only5, publishes("a", alias + raw::twoBytes(65'535)), always(disconnected(0x94))},
        {"alias that was never set", only5, publishes("", alias + raw::twoBytes(5)), always(disconnected(0x82))},
        {"all aliases with topics of 65 535 bytes", only5,
            sends([alias](auto v) {
                QByteArray bytes;
                for (int i = 1; i <= 64; ++i)
                    bytes += raw::publish({v, QByteArray(65'535, char('0' + i)), "x", 0, 1, false,
                        alias + raw::twoBytes(i)});
                return bytes;
            }), always(served), 16 * MiB},
        {"one alias set 10 000 times", only5,
            sends([alias](auto v) {
                QByteArray bytes;
                for (int i = 0; i < 10'000; ++i)
                    bytes += raw::publish({v, "t" + QByteArray::number(i), "", 0, 1, false, alias + raw::twoBytes(1)});
                return bytes;
            }), always(served)},
        // packet identifiers
        {"the same QoS 2 id with other payloads [MQTT-4.3.3-10]", all,
            sends([](auto v) { return publishesInTurn(v, 10'000, 2, [](int) { return 7; }); }), always(served)},
        {"QoS 2 ids up to the receive maximum, no PUBREL", all,
            sends([](auto v) { return publishesInTurn(v, 1'000, 2, [](int i) { return i + 1; }); }), always(served)},
        {"QoS 2 ids beyond the receive maximum [MQTT-3.3.4-7]", all,
            sends([](auto v) { return publishesInTurn(v, 1'001, 2, [](int i) { return i + 1; }); }), endsWith(0x93)},
        {"all QoS 2 ids without PUBREL", all,
            sends([](auto v) { return publishesInTurn(v, 65'535, 2, [](int i) { return i + 1; }); }), endsWith(0x93)},
        {"PUBACK of all ids", all,
            sends([](auto) {
                QByteArray bytes;
                for (int id = 1; id <= 65'535; ++id)
                    bytes += raw::acknowledge(0x40, id);
                return bytes;
            }), always(served)},
        {"PUBREC of an unknown id", only5,
            asks([](auto) { return raw::acknowledge(0x50, 9); }, [](auto) { return hex("6203000992"); }),
            always(served)},
        {"PUBREL of an unknown id", only5,
            asks([](auto) { return raw::acknowledge(0x62, 9); }, [](auto) { return hex("7003000992"); }),
            always(served)},
        {"PUBREC for a QoS 1 message [MQTT-4.3.2-1]", all,
            [](RawClient &client, ProtocolVersion v) {
                client.send(raw::subscribe(v, {"self"}, 1, 1) + raw::publish({v, "self", "x", 1}));
                for (int i = 0; i < 3; ++i)
                    client.takePacket(); // SUBACK, PUBLISH, PUBACK
                client.send(raw::acknowledge(0x50, 1));
                return QByteArray();
            },
            endsWith(0x82)},
        // answers nobody reads
        {"PINGREQ flood without reading", all,
            sends([](auto) { return raw::pingreq().repeated(100'000); }), always(served), 8 * MiB},
        {"PUBREC flood without reading", all,
            sends([](auto) { return raw::acknowledge(0x50, 9).repeated(100'000); }), always(served), 8 * MiB},
        // out of turn
        {"second CONNECT [MQTT-3.1.0-2]", all, sends([](auto v) { return raw::connect({v}); }), endsWith(0x82)},
        {"100 CONNECTs [MQTT-3.1.0-2]", all, sends([](auto v) { return raw::connect({v}).repeated(100); }),
            endsWith(0x82)},
        {"AUTH without a method in CONNECT [MQTT-4.12.0-7]", only5, sends([](auto) { return auth(0x18, "m"); }),
            always(disconnected(0x82))},
        {"re-authentication without a method [MQTT-4.12.1-1]", only5, sends([](auto) { return auth(0x19, "m"); }),
            always(disconnected(0x82))},
        {"empty AUTH", only5, sends([](auto) { return hex("F000"); }), always(disconnected(0x82))},
        {"AUTH before 5.0", {v31, v311}, sends([](auto) { return hex("F000"); }), always(closedSilently)},
        {"session expiry raised at DISCONNECT [3.14.2.2.2]", only5, sends([](auto) { return hex("E00700051100000E10"); }),
            always(disconnected(0x82))},
        {"packets behind DISCONNECT [MQTT-3.14.4-1]", all,
            sends([](auto) { return hex("E000") + raw::pingreq().repeated(1'000); }), always(closedSilently)},
        // size
        {"packet of the largest size", all,
            sends([](auto v) {
                const QByteArray empty = raw::publish({v, "l", QByteArray(900'000, 'x')});
                return raw::publish({v, "l", QByteArray(900'000 + 1024 * 1024 - empty.size(), 'x')});
            }), always(served), 6 * MiB},
        {"packet over the largest size [MQTT-3.2.2-15]", all, sends([](auto) { return hex("30FEFF3F000161"); }),
            endsWith(0x95)},
        {"packet of 256 MB announced", all, sends([](auto) { return hex("30FFFFFF7F000161"); }), endsWith(0x95)},
        // retained
        {"retained flood beyond the bound", all,
            [](RawClient &client, ProtocolVersion v) {
                for (int i = 0; i < 1'000; ++i)
                    client.send(raw::publish({v, "r/" + QByteArray::number(i), "x", 1, 1, true}));
                client.send(raw::publish({v, "r/over", "x", 1, 2, true}));
                if (v != v5)
                    return QByteArray();
                for (QByteArray answer; !(answer = client.takePacket()).isEmpty();) {
                    if (answer.mid(2, 2) == raw::twoBytes(2))
                        return answer[4] == char(0x97) ? QByteArray() : answer.toHex(' ');
                }
                return QByteArray("no PUBACK");
            },
            servedIn5},
    };
}

} // namespace

class HostileAbuse final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { useBroker(options()); }
    void abuse_data();
    void abuse();
    void connect_data();
    void connect();

private:
    static QStringList options()
    {
        return {QStringLiteral("maximumPacketBytes=1048576"), QStringLiteral("maximumSubscriptions=20000"),
            QStringLiteral("maximumRetained=1000")};
    }
};

Q_DECLARE_METATYPE(Abuse)
Q_DECLARE_METATYPE(raw::Connect)

void HostileAbuse::abuse_data()
{
    QTest::addColumn<Abuse>("abuse");
    QTest::addColumn<ProtocolVersion>("version");
    for (const Abuse &abuse : abuses()) {
        for (const ProtocolVersion version : abuse.versions)
            QTest::addRow("%s: %s", nameOf(version), abuse.name) << abuse << version;
    }
}

void HostileAbuse::abuse()
{
    QFETCH(Abuse, abuse);
    QFETCH(ProtocolVersion, version);
    RawClient client = letIn(version);
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    QCOMPARE(abuse.attack(client, version), QByteArray());
    QCOMPARE(judge(client, abuse.expected(version), version), QByteArray());
    const qint64 growth = broker().peakKiB() - before;
    QVERIFY2(growth <= abuse.growthKiB, qPrintable(QStringLiteral("the broker grew by %1 KiB").arg(growth)));
}

void HostileAbuse::connect_data()
{
    QTest::addColumn<raw::Connect>("connect");
    QTest::addColumn<Expected>("expected");
    const auto row = [](const char *name, raw::Connect connect, Expected expected) {
        QTest::addRow("%s: %s", nameOf(connect.version), name) << connect << expected;
    };
    for (const ProtocolVersion version : {v311, v5})
        row("client id of 65 535 bytes", {version, QByteArray(65'535, 'c')}, served);
    row("client id of 24 bytes", {v31, QByteArray(24, 'c')}, refused(2));
    row("no client id", {v31, ""}, refused(2));
    row("no client id, session kept [MQTT3-3.1.3-8]", {v311, "", false}, refused(2));
    row("1 001 user properties", {v5, "c", true, 0, raw::userProperties(1'001)}, refused(0x97));
    raw::Connect will{v5, "c", true, 0, raw::userProperties(600), "w", "x", raw::userProperties(600)};
    row("600 user properties and 600 in the will", will, refused(0x97));
    will.properties.clear();
    will.willTopic = levels(101, "w");
    row("will topic of 101 levels", will, refused(0x90));
    row("method nobody knows [MQTT-4.12.0-1]", {v5, "c", true, 0, hex("15") + raw::text("none")}, refused(0x8C));
    row("method of 60 000 bytes", {v5, "c", true, 0, hex("15") + raw::text(QByteArray(60'000, 'm'))}, refused(0x8C));
    row("Maximum Packet Size 1 [MQTT-3.1.2-24]", {v5, "c", true, 0, hex("2700000001")}, closedSilently);
    row("Maximum Packet Size 4", {v5, "c", true, 0, hex("2700000004")}, closedSilently);
    row("Maximum Packet Size 64", {v5, "c", true, 0, hex("2700000040")}, served);
    row("Receive Maximum 1", {v5, "c", true, 0, hex("210001")}, served);
    row("all limits at their least", {v5, "c", true, 1, hex("2100012700000020220000170019001100000000")}, served);
    row("all limits at their most", {v5, "c", true, 65'535, hex("21FFFF27FFFFFFFF22FFFF1701190111FFFFFFFF")}, served);
}

void HostileAbuse::connect()
{
    QFETCH(raw::Connect, connect);
    QFETCH(Expected, expected);
    RawClient client(port());
    client.send(raw::connect(connect));
    QCOMPARE(judge(client, expected, connect.version), QByteArray());
}

QTEST_GUILESS_MAIN(HostileAbuse)
#include "tst_hostile_abuse.moc"
