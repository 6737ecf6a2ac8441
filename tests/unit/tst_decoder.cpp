#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/reasoncodes.h"
#include "support/decodebytes.h"
#include "support/packetcatalogue.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

const auto V31 = ProtocolVersion::Mqtt31;
const auto V311 = ProtocolVersion::Mqtt311;
const auto V5 = ProtocolVersion::Mqtt5;

Frame frameOf(const QByteArray &bytes) { return cutFrame(bytes, 0xFFFF'FFFF).frame; }

/// True when a shorter body may be a packet too: what is left out from the end is optional or a list.
bool mayEndEarly(const CataloguedPacket &packet, PacketType type)
{
    switch (type) {
    case PacketType::Connect:
        return packet.version == V31; // user name and password may be missing
    case PacketType::Connack:
        return false;
    default:
        return true;
    }
}

/// What was accepted can be said again and means the same.
bool isStable(const Packet &packet, ProtocolVersion version, Sender sender)
{
    const auto again = decodeBytes(encodePacket(packet, version), version, sender);
    return again && *again == packet;
}

} // namespace

class DecoderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void decidesAsCatalogued_data();
    void decidesAsCatalogued();
    void hasUniqueNames();
    void refusesTruncatedPackets();
    void refusesBytesLeftOver();
    void survivesEveryChangedByte();
    void publishViewAgreesWithPacket();
    void publishViewGathersForwardedProperties();
    void connectLevelIsRead_data();
    void connectLevelIsRead();
    void boundsUserProperties();
    void readsFields();
    void reasonsAreThoseOfTheTables_data();
    void reasonsAreThoseOfTheTables();
    void namesAreThoseOfTheStandard();
};

void DecoderTest::decidesAsCatalogued_data()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const CataloguedPacket &packet : packetCatalogue())
        QTest::addRow("%s: %s", packet.clause, packet.name) << index++;
}

void DecoderTest::decidesAsCatalogued()
{
    QFETCH(int, index);
    const CataloguedPacket &row = packetCatalogue()[static_cast<size_t>(index)];
    const auto packet = decodeBytes(row.bytes(), row.version, row.sender);
    if (!packet)
        QVERIFY2(packet.error().clause[0] != '\0' && packet.error().text[0] != '\0', row.name);
    const int reason = packet ? 0 : static_cast<int>(packet.error().reason);
    QVERIFY2(reason == row.reason, packet ? "accepted" : packet.error().text);
}

void DecoderTest::hasUniqueNames()
{
    QSet<QByteArray> names;
    for (const CataloguedPacket &packet : packetCatalogue()) {
        QVERIFY2(!names.contains(packet.name), packet.name);
        names.insert(packet.name);
    }
    QVERIFY(names.size() >= 150);
}

void DecoderTest::refusesTruncatedPackets()
{
    for (const CataloguedPacket &row : packetCatalogue()) {
        if (!row.isValid())
            continue;
        const QByteArray bytes = row.bytes();
        Frame frame = frameOf(bytes);
        const QByteArrayView body = frame.body;
        for (qsizetype length = 0; length < body.size(); ++length) {
            // A block of its own, so that a sanitizer sees a read past its end.
            const QByteArray cut = body.first(length).toByteArray();
            frame.body = cut;
            const auto packet = decodePacket(frame, row.version, row.sender, {});
            QVERIFY2(!packet || mayEndEarly(row, frame.type()), row.name);
            QVERIFY2(!packet || isStable(*packet, row.version, row.sender), row.name);
        }
    }
}

void DecoderTest::refusesBytesLeftOver()
{
    // In these every further byte would begin another element of a list, or is payload.
    const QList<PacketType> openEnded{PacketType::Publish, PacketType::Suback, PacketType::Subscribe,
        PacketType::Unsubscribe, PacketType::Unsuback, PacketType::Puback, PacketType::Pubrec, PacketType::Pubrel,
        PacketType::Pubcomp, PacketType::Disconnect, PacketType::Auth};
    for (const CataloguedPacket &row : packetCatalogue()) {
        Frame frame = frameOf(row.bytes());
        if (!row.isValid() || openEnded.contains(frame.type()))
            continue;
        const QByteArray longer = row.bytes().last(frame.body.size()) + char(1);
        frame.body = longer;
        QVERIFY2(!decodePacket(frame, row.version, row.sender, {}), row.name);
    }
}

void DecoderTest::survivesEveryChangedByte()
{
    constexpr int changes[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7F, 0xFF};
    for (const CataloguedPacket &row : packetCatalogue()) {
        const QByteArray bytes = row.bytes();
        for (qsizetype at = 0; at < bytes.size(); ++at) {
            for (int change : changes) {
                QByteArray changed(bytes.constData(), bytes.size());
                changed[at] = static_cast<char>(changed.at(at) ^ change);
                const auto packet = decodeBytes(changed, row.version, row.sender);
                QVERIFY2(!packet || isStable(*packet, row.version, row.sender), row.name);
            }
        }
    }
}

void DecoderTest::publishViewAgreesWithPacket()
{
    for (const CataloguedPacket &row : packetCatalogue()) {
        const QByteArray bytes = row.bytes();
        const FrameCut cut = cutFrame(bytes, 0xFFFF'FFFF);
        if (cut.status != FrameCut::Status::Complete || cut.frame.type() != PacketType::Publish
            || row.sender == Sender::Server)
            continue;
        QByteArray scratch;
        const auto view = decodePublish(cut.frame, row.version, scratch, {});
        QVERIFY2(bool(view) == row.isValid(), row.name);
        if (!view) {
            QCOMPARE(static_cast<int>(view.error().reason), static_cast<int>(row.reason));
            continue;
        }
        const auto packet = decodePacket(cut.frame, row.version, row.sender, {});
        const auto &publish = std::get<PublishPacket>(*packet);
        QVERIFY2(view->topic == publish.topic && view->payload == publish.payload, row.name);
        QVERIFY2(view->qos == publish.qos && view->retain == publish.retain, row.name);
        QVERIFY2(view->duplicate == publish.duplicate && view->packetId == publish.packetId, row.name);
        QVERIFY2(view->messageExpirySeconds == publish.properties.messageExpiryInterval, row.name);
        QVERIFY2(view->topicAlias == publish.properties.topicAlias, row.name);
        const Properties forwarded = decodeForwardedProperties(view->properties);
        QCOMPARE(encodeForwardedProperties(forwarded), encodeForwardedProperties(publish.properties));
    }
}

void DecoderTest::publishViewGathersForwardedProperties()
{
    struct Row
    {
        const char *name;
        const char *wire;
        const char *forwarded;
        bool isInScratch;
    };
    constexpr Row rows[] = {
        {"none", "", "", false},
        {"own ones only", "02 00000001 23 0001", "", false},
        {"contiguous", "01 01 26 'k' 'v'", "01 01 26 'k' 'v'", false},
        {"contiguous behind own ones", "23 0001 03 't' 09 0000", "03 't' 09 0000", false},
        {"contiguous before own ones", "03 't' 09 0000 02 00000001", "03 't' 09 0000", false},
        {"apart", "01 01 02 00000001 08 'r'", "01 01 08 'r'", true},
        {"apart twice, order kept", "26 'b' '1' 02 00000001 26 'a' '2' 23 0001 26 'b' '1'",
            "26 'b' '1' 26 'a' '2' 26 'b' '1'", true},
    };
    QByteArray scratch = "left over from before";
    for (const Row &row : rows) {
        const QByteArray bytes = packetBytes(QByteArray("30 ('t' (") + row.wire + ") |x|)");
        const auto view = decodePublish(frameOf(bytes), V5, scratch, {});
        QVERIFY2(bool(view), row.name);
        QCOMPARE(view->properties.toByteArray(), packetBytes(row.forwarded));
        const bool isView = view->properties.isEmpty()
            || (view->properties.data() >= bytes.constData() && view->properties.data() < bytes.constEnd());
        QVERIFY2(isView != row.isInScratch, row.name);
    }
}

void DecoderTest::connectLevelIsRead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("level"); // -1 = none
    QTest::newRow("3.1") << packetBytes("10 ('MQIsdp' 03)") << 3;
    QTest::newRow("bridge") << packetBytes("10 ('MQTT' 84 02)") << 0x84;
    QTest::newRow("malformed 5.0") << packetBytes("10 ('MQTT' 05 03 003C () 'c1')") << 5;
    QTest::newRow("level 9") << packetBytes("10 ('MQTT' 09)") << 9;
    QTest::newRow("another name") << packetBytes("10 ('HTTP' 05)") << -1;
    QTest::newRow("no level") << packetBytes("10 ('MQTT')") << -1;
    QTest::newRow("nothing") << packetBytes("10 ()") << -1;
}

void DecoderTest::connectLevelIsRead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, level);
    const auto found = connectLevel(frameOf(bytes));
    QCOMPARE(found ? int(*found) : -1, level);
}

void DecoderTest::boundsUserProperties()
{
    const DecodeLimits limits{.maximumUserProperties = 3};
    const auto refusal = [&limits](const char *notation) {
        return refusalOf(packetBytes(notation), V5, Sender::Client, limits);
    };
    const int quotaExceeded = static_cast<int>(ReasonCode::QuotaExceeded);
    QCOMPARE(refusal("30 ('t' (26 'k' 'v' 26 'k' 'v' 26 'k' 'v'))"), 0);
    QCOMPARE(refusal("30 ('t' (26 'k' 'v' 26 'k' 'v' 26 'k' 'v' 26 'k' 'v'))"), quotaExceeded);
    // The will's count for the same packet.
    QCOMPARE(refusal("10 ('MQTT' 05 06 003C (26 'k' 'v') 'c' (26 'k' 'v' 26 'k' 'v') 'w' 'p')"), 0);
    QCOMPARE(refusal("10 ('MQTT' 05 06 003C (26 'k' 'v' 26 'k' 'v') 'c' (26 'k' 'v' 26 'k' 'v') 'w' 'p')"),
        quotaExceeded);
    QByteArray scratch;
    const QByteArray four = packetBytes("30 ('t' (26 'k' 'v' 26 'k' 'v' 26 'k' 'v' 26 'k' 'v'))");
    QCOMPARE(decodePublish(frameOf(four), V5, scratch, limits).error().reason, ReasonCode::QuotaExceeded);
}

void DecoderTest::readsFields()
{
    const auto connect = decodeConnect(
        frameOf(packetBytes("10 ('MQTT' 84 EE 0102 'c1' 'w/t' 0002 00FF 'joe' 0002 FF00)")), {});
    QVERIFY(bool(connect));
    ConnectPacket expected;
    expected.version = V311;
    expected.isBridge = true;
    expected.cleanStart = true;
    expected.keepAliveSeconds = 0x0102;
    expected.clientId = "c1";
    expected.will = WillFields{"w/t", QByteArray("\x00\xFF", 2), QoS::AtLeastOnce, true, {}};
    expected.userName = "joe";
    expected.password = QByteArray("\xFF\x00", 2);
    QVERIFY(*connect == expected);

    const auto subscribe
        = decodeBytes(packetBytes("82 (1234 (0B 8001 26 'k' 'v') 'a/+' 2E)"), V5, Sender::Client);
    SubscribePacket entry;
    entry.packetId = 0x1234;
    entry.entries = {{"a/+", QoS::ExactlyOnce, true, true, RetainHandling::DoNotSend}};
    entry.properties.subscriptionIdentifiers = {128};
    entry.properties.userProperties = {{"k", "v"}};
    QVERIFY(bool(subscribe) && std::get<SubscribePacket>(*subscribe) == entry);

    const auto connack = decodeBytes(packetBytes("20 (00 03)"), V31, Sender::Server);
    QCOMPARE(std::get<ConnackPacket>(*connack).reason, ReasonCode::ServerUnavailable);
}

// The tables of chapter 3, written down a second time.
void DecoderTest::reasonsAreThoseOfTheTables_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("fromClient");
    QTest::addColumn<QByteArray>("fromServer");
    const auto row = [](const char *name, PacketType type, const char *fromClient, const char *fromServer) {
        QTest::newRow(name) << static_cast<int>(type) << QByteArray::fromHex(fromClient)
                            << QByteArray::fromHex(fromServer);
    };
    row("MQTT-3.2.2-8: CONNACK", PacketType::Connack, "",
        "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F");
    row("MQTT-3.4.2-1: PUBACK", PacketType::Puback, "00 80 83 87 90 91 97 99", "00 10 80 83 87 90 91 97 99");
    row("MQTT-3.5.2-1: PUBREC", PacketType::Pubrec, "00 80 83 87 90 91 97 99", "00 10 80 83 87 90 91 97 99");
    row("MQTT-3.6.2-1: PUBREL", PacketType::Pubrel, "00 92", "00 92");
    row("MQTT-3.7.2-1: PUBCOMP", PacketType::Pubcomp, "00 92", "00 92");
    row("MQTT-3.9.3-2: SUBACK", PacketType::Suback, "", "00 01 02 80 83 87 8F 91 97 9E A1 A2");
    row("MQTT-3.11.3-2: UNSUBACK", PacketType::Unsuback, "", "00 11 80 83 87 8F 91");
    row("MQTT-3.14.2-1: DISCONNECT", PacketType::Disconnect, "00 04 80 81 82 83 90 93 94 95 96 97 98 99",
        "00 80 81 82 83 87 89 8B 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2");
    row("MQTT-3.15.2-1: AUTH", PacketType::Auth, "00 18 19", "00 18");
}

void DecoderTest::reasonsAreThoseOfTheTables()
{
    QFETCH(int, type);
    QFETCH(QByteArray, fromClient);
    QFETCH(QByteArray, fromServer);
    for (int code = 0; code < 256; ++code) {
        const auto reason = static_cast<ReasonCode>(code);
        const auto packet = static_cast<PacketType>(type);
        const char byte = static_cast<char>(code);
        QCOMPARE(isReasonAllowed(reason, packet, Sender::Client), fromClient.contains(byte));
        QCOMPARE(isReasonAllowed(reason, packet, Sender::Server), fromServer.contains(byte));
    }
}

void DecoderTest::namesAreThoseOfTheStandard()
{
    QCOMPARE(reasonName(ReasonCode::MalformedPacket), "Malformed Packet");
    QCOMPARE(reasonName(ReasonCode::WildcardSubscriptionsNotSupported), "Wildcard Subscriptions not supported");
    QCOMPARE(reasonName(ReasonCode::Success), "Success");
    QCOMPARE(reasonName(ReasonCode::Success, PacketType::Disconnect), "Normal disconnection");
    QCOMPARE(reasonName(ReasonCode::Success, PacketType::Suback), "Granted QoS 0");
    QCOMPARE(reasonName(ReasonCode::Banned, PacketType::Connack), "Banned");
    QCOMPARE(reasonName(static_cast<ReasonCode>(0x7F)), "Unknown reason code");
    QCOMPARE(packetTypeName(PacketType::Connect), "CONNECT");
    QCOMPARE(packetTypeName(PacketType::Pubcomp), "PUBCOMP");
    QCOMPARE(packetTypeName(PacketType::Auth), "AUTH");
    QCOMPARE(packetTypeName(static_cast<PacketType>(0)), "RESERVED");
    QCOMPARE(packetTypeName(static_cast<PacketType>(200)), "RESERVED");
}

QTEST_APPLESS_MAIN(DecoderTest)
#include "tst_decoder.moc"
