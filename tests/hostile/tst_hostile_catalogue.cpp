// Every packet of the catalogue that is wrong, or that only a server may send, or that comes too early: sent by a
// stranger, and by a client of each version. What is expected follows from the catalogue's reason.

#include "hostile/battery.h"
#include "support/packetcatalogue.h"

#include <optional>

using namespace pigeon;
using namespace pigeon::test;

namespace {

PacketType typeOf(const CataloguedPacket &row)
{
    return static_cast<PacketType>(static_cast<quint8>(row.bytes().front()) >> 4);
}

bool isServersOwn(PacketType type)
{
    return type == PacketType::Connack || type == PacketType::Suback || type == PacketType::Unsuback
        || type == PacketType::Pingresp;
}

/// Wrong in the fixed header already: nobody looks at who sent it.
bool isFramingWrong(const CataloguedPacket &row)
{
    const QByteArray bytes = row.bytes();
    return QByteArrayView(row.name).startsWith("remaining length") || (typeOf(row) != PacketType::Publish
        && (bytes.front() & 0x0F) != 0 && row.reason == 0x81);
}

/// 3.1 knows a repeated PUBREL, SUBSCRIBE and UNSUBSCRIBE, which 3.1.1 does not.
bool isWrongIn(const CataloguedPacket &row, ProtocolVersion version)
{
    if (row.version == version)
        return true;
    const bool hasDup = row.bytes().front() & 0x08;
    return version == ProtocolVersion::Mqtt31 && row.version == ProtocolVersion::Mqtt311
        && (!hasDup || typeOf(row) == PacketType::Publish);
}

/// What a stranger hears who begins with this packet; nothing when it is no offence.
std::optional<Expected> asFirst(const CataloguedPacket &row)
{
    if (typeOf(row) != PacketType::Connect || isFramingWrong(row))
        return closedSilently; // [MQTT-3.1.0-1]
    if (row.isValid() || row.sender == Sender::Server)
        return std::nullopt;
    if (row.reason == 0x84) // [MQTT3-3.1.2-2]: in the form of 3.1.1, return code 1
        return refused(1);
    // [MQTT-3.1.4-1]: a malformed CONNECT is closed; what could be parsed is answered where the version can.
    return row.version == ProtocolVersion::Mqtt5 && row.reason != 0x81 ? refused(row.reason) : closedSilently;
}

/// What a client of `version` hears who sends this packet after its CONNACK.
std::optional<Expected> asLater(const CataloguedPacket &row, ProtocolVersion version)
{
    if (isFramingWrong(row))
        return isWrongIn(row, version) ? std::optional(ended(version, 0x81)) : std::nullopt;
    if (typeOf(row) == PacketType::Connect) // [MQTT-3.1.0-2], whatever else is wrong with it
        return ended(version, 0x82);
    if (isServersOwn(typeOf(row)))
        return ended(version, 0x82);
    if (row.isValid() || row.sender == Sender::Server || !isWrongIn(row, version))
        return std::nullopt;
    return ended(version, row.reason);
}

constexpr ProtocolVersion versions[] = {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5};

} // namespace

class HostileCatalogue final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { useBroker(); }
    void first_data();
    void first();
    void later_data();
    void later();
    void laterInPieces_data() { later_data(); }
    void laterInPieces();
    void memory();

private:
    qint64 m_memoryBefore = 0;
};

void HostileCatalogue::first_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Expected>("expected");
    for (const CataloguedPacket &row : packetCatalogue()) {
        if (const std::optional<Expected> expected = asFirst(row))
            QTest::addRow("%s %s [%s]", nameOf(row.version), row.name, row.clause) << row.bytes() << *expected;
    }
}

void HostileCatalogue::first()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Expected, expected);
    RawClient client(port());
    QVERIFY(client.send(bytes));
    QCOMPARE(judge(client, expected, ProtocolVersion::Mqtt5), QByteArray());
}

void HostileCatalogue::later_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<Expected>("expected");
    for (const ProtocolVersion version : versions) {
        for (const CataloguedPacket &row : packetCatalogue()) {
            if (const std::optional<Expected> expected = asLater(row, version))
                QTest::addRow("in %s: %s %s [%s]", nameOf(version), nameOf(row.version), row.name, row.clause)
                    << row.bytes() << version << *expected;
        }
    }
}

void HostileCatalogue::later()
{
    QFETCH(QByteArray, bytes);
    QFETCH(ProtocolVersion, version);
    QFETCH(Expected, expected);
    RawClient client = letIn(version);
    if (m_memoryBefore == 0)
        m_memoryBefore = broker().memoryKiB();
    QVERIFY(client.send(bytes));
    QCOMPARE(judge(client, expected, version), QByteArray());
}

/// The same, CONNECT and all in one stream that is cut within the packet: nothing depends on what arrives together.
void HostileCatalogue::laterInPieces()
{
    QFETCH(QByteArray, bytes);
    QFETCH(ProtocolVersion, version);
    QFETCH(Expected, expected);
    RawClient client(port());
    const QByteArray stream = raw::connect({version}) + raw::pingreq() + bytes;
    const qsizetype cut = stream.size() - bytes.size() / 2 - 1;
    QVERIFY(client.send(stream.first(cut)));
    QVERIFY(!client.takePacket().isEmpty()); // CONNACK
    QCOMPARE(client.takePacket().toHex(), QByteArray("d000")); // what came before the fault was served
    client.send(stream.sliced(cut)); // the fault may have shown in the first piece
    QCOMPARE(judge(client, expected, version), QByteArray());
}

/// Nothing of all these offenders is left.
void HostileCatalogue::memory()
{
    QVERIFY(m_memoryBefore > 0);
    tellFigures("the whole catalogue");
    QVERIFY2(broker().memoryKiB() < m_memoryBefore + 4 * 1024, "the broker has grown");
    QCOMPARE(broker().holdings().sessions, qint64(2));
}

QTEST_GUILESS_MAIN(HostileCatalogue)
#include "tst_hostile_catalogue.moc"
