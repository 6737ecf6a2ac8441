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

/// Right packets that we would write shorter or in another order.
bool isWrittenOtherwise(const CataloguedPacket &row)
{
    const QList<QByteArray> names{"CONNECT 3.1 user name flag, no user name", "CONNECT 3.1 password flag, no password",
        "PUBLISH 5.0 user properties apart", "PUBREL 3.1 duplicate", "PUBACK 5.0 with empty properties",
        "SUBSCRIBE 3.1 duplicate", "UNSUBSCRIBE 3.1 duplicate", "DISCONNECT 5.0 empty properties",
        "AUTH success without properties"};
    return names.contains(row.name);
}

Properties userProperty()
{
    Properties properties;
    properties.userProperties = {{"k", "v"}};
    return properties;
}

Properties everyProperty()
{
    Properties p;
    p.payloadFormatIndicator = 1;
    p.messageExpiryInterval = 60;
    p.contentType = "text/plain";
    p.responseTopic = "r/t";
    p.correlationData = QByteArray("\x00\xFF", 2);
    p.subscriptionIdentifiers = {1};
    p.sessionExpiryInterval = 0xFFFF'FFFF;
    p.assignedClientIdentifier = "id";
    p.serverKeepAlive = 60;
    p.authenticationMethod = "SCRAM";
    p.authenticationData = QByteArray("\xFF\x00", 2);
    p.requestProblemInformation = 0;
    p.willDelayInterval = 10;
    p.requestResponseInformation = 1;
    p.responseInformation = "info";
    p.serverReference = "other:1883";
    p.reasonString = "because";
    p.receiveMaximum = 20;
    p.topicAliasMaximum = 10;
    p.topicAlias = 3;
    p.maximumQoS = 1;
    p.retainAvailable = 0;
    p.userProperties = {{"k", "v"}, {"", ""}, {"k", "v"}};
    p.maximumPacketSize = 4096;
    p.wildcardSubscriptionAvailable = 0;
    p.subscriptionIdentifiersAvailable = 0;
    p.sharedSubscriptionAvailable = 0;
    return p;
}

AcknowledgePacket acknowledge(PacketType type, ReasonCode reason = ReasonCode::Success, Properties properties = {})
{
    return {type, 1, reason, std::move(properties)};
}

QByteArray encodePublish(const PublishContent &content, const PublishLayout &layout)
{
    const PublishSize size = measurePublish(content, layout);
    QByteArray bytes(size.headBytes, Qt::Uninitialized);
    const char *end = writePublishHead(bytes.data(), content, layout, size);
    if (end != bytes.constEnd() || size.totalBytes != size.headBytes + static_cast<quint64>(content.payload.size()))
        return "the size is wrong";
    return bytes + content.payload.toByteArray();
}

} // namespace

class EncoderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesWhatWasRead();
    void writes_data();
    void writes();
    void leavesOutForeignProperties();
    void publishHead_data();
    void publishHead();
    void publishHeadAgreesWithPacket();
    void publishHeadNearLengthSteps();
    void publishTooLargeIsNotWritable();
    void forwardedProperties();
    void acknowledges();
    void returnCodes();
    void cutsFieldsAtTheirLimit();
};

void EncoderTest::writesWhatWasRead()
{
    for (const CataloguedPacket &row : packetCatalogue()) {
        if (!row.isValid())
            continue;
        const auto packet = decodeBytes(row.bytes(), row.version, row.sender);
        QVERIFY2(bool(packet), row.name);
        const QByteArray bytes = encodePacket(*packet, row.version);
        if (isWrittenOtherwise(row)) {
            const auto again = decodeBytes(bytes, row.version, row.sender);
            QVERIFY2(again && *again == *packet && bytes != row.bytes(), row.name);
        } else {
            QVERIFY2(bytes == row.bytes(), row.name);
        }
    }
}

void EncoderTest::writes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const Packet &packet, ProtocolVersion version, const char *notation) {
        QTest::newRow(name) << encodePacket(packet, version) << packetBytes(notation);
    };

    row("CONNACK 3.1 has no session present", ConnackPacket{true, ReasonCode::Success, {}}, V31, "20 (00 00)");
    row("CONNACK 3.1.1 session present", ConnackPacket{true, ReasonCode::Success, {}}, V311, "20 (01 00)");
    row("MQTT-3.2.2-6: no session present with a refusal", ConnackPacket{true, ReasonCode::NotAuthorized, {}}, V311,
        "20 (00 05)");
    row("CONNACK 5.0", ConnackPacket{false, ReasonCode::Banned, userProperty()}, V5, "20 (00 8A (26 'k' 'v'))");
    row("MQTT-2.2.2-1: CONNACK 5.0 without properties", ConnackPacket{}, V5, "20 (00 00 ())");

    row("PUBACK 5.0 success", acknowledge(PacketType::Puback), V5, "40 (0001)");
    row("PUBACK 5.0 reason", acknowledge(PacketType::Puback, ReasonCode::NotAuthorized), V5, "40 (0001 87)");
    row("PUBACK 5.0 properties", acknowledge(PacketType::Puback, ReasonCode::Success, userProperty()), V5,
        "40 (0001 00 (26 'k' 'v'))");
    row("PUBACK 3.1.1 has no reason", acknowledge(PacketType::Puback, ReasonCode::NotAuthorized, userProperty()), V311,
        "40 (0001)");
    row("PUBREC", acknowledge(PacketType::Pubrec), V311, "50 (0001)");
    row("MQTT-3.6.1-1: PUBREL has flags 2", acknowledge(PacketType::Pubrel), V311, "62 (0001)");
    row("PUBCOMP", acknowledge(PacketType::Pubcomp, ReasonCode::PacketIdentifierNotFound), V5, "70 (0001 92)");

    const SubscribePacket subscribe{
        7, {{"a", QoS::AtLeastOnce, true, true, RetainHandling::DoNotSend}}, userProperty()};
    row("SUBSCRIBE 5.0", subscribe, V5, "82 (0007 (26 'k' 'v') 'a' 2D)");
    row("SUBSCRIBE 3.1.1 has no options but QoS", subscribe, V311, "82 (0007 'a' 01)");
    const SubackPacket suback{
        7, {ReasonCode::GrantedQoS2, ReasonCode::NotAuthorized, ReasonCode::TopicFilterInvalid}, {}};
    row("SUBACK 5.0", suback, V5, "90 (0007 () 02 87 8F)");
    row("MQTT3-3.9.3-2: SUBACK 3.1.1 has one failure", suback, V311, "90 (0007 02 80 80)");
    row("UNSUBSCRIBE 5.0", UnsubscribePacket{7, {"a", "b"}, {}}, V5, "A2 (0007 () 'a' 'b')");
    row("UNSUBSCRIBE 3.1", UnsubscribePacket{7, {"a"}, userProperty()}, V31, "A2 (0007 'a')");
    const UnsubackPacket unsuback{7, {ReasonCode::Success, ReasonCode::NoSubscriptionExisted}, {}};
    row("UNSUBACK 5.0", unsuback, V5, "B0 (0007 () 00 11)");
    row("UNSUBACK 3.1.1 has no reasons", unsuback, V311, "B0 (0007)");

    row("PINGREQ", PingreqPacket{}, V5, "C0 ()");
    row("PINGRESP", PingrespPacket{}, V31, "D0 ()");
    row("DISCONNECT 5.0", DisconnectPacket{}, V5, "E0 ()");
    row("DISCONNECT 5.0 reason", DisconnectPacket{ReasonCode::SessionTakenOver, {}}, V5, "E0 (8E)");
    row("DISCONNECT 5.0 properties", DisconnectPacket{ReasonCode::Success, userProperty()}, V5,
        "E0 (00 (26 'k' 'v'))");
    row("DISCONNECT 3.1.1 is empty", DisconnectPacket{ReasonCode::SessionTakenOver, userProperty()}, V311, "E0 ()");
    row("AUTH", AuthPacket{}, V5, "F0 ()");
    row("AUTH reason", AuthPacket{ReasonCode::ContinueAuthentication, {}}, V5, "F0 (18 ())");
    row("AUTH before 5.0", AuthPacket{}, V311, "");
}

void EncoderTest::writes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, expected);
    QCOMPARE(bytes.toHex(' '), expected.toHex(' '));
}

void EncoderTest::leavesOutForeignProperties()
{
    SubackPacket suback{1, {ReasonCode::Success}, everyProperty()};
    QCOMPARE(encodePacket(suback, V5),
        packetBytes("90 (0001 (1F 'because' 26 'k' 'v' 26 '' '' 26 'k' 'v') 00)"));
    QCOMPARE(encodePacket(suback, V311), packetBytes("90 (0001 00)"));
}

void EncoderTest::publishHead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    static const QByteArray properties = packetBytes("01 01 26 'k' 'v'");
    static const std::vector<quint32> identifiers{1, 128, 268'435'455};
    const PublishContent content{"a/b", "hi", properties};
    const auto row = [&content](const char *name, const PublishLayout &layout, const char *notation) {
        QTest::newRow(name) << encodePublish(content, layout) << packetBytes(notation);
    };
    row("3.1.1 has no properties", {.version = V311, .topicAlias = 0, .messageExpirySeconds = 5}, "30 ('a/b' |hi|)");
    row("3.1 QoS 1", {.version = V31, .qos = QoS::AtLeastOnce, .packetId = 9}, "32 ('a/b' 0009 |hi|)");
    row("QoS 2, retain, duplicate",
        {.version = V311, .qos = QoS::ExactlyOnce, .retain = true, .duplicate = true, .packetId = 0xFFFF},
        "3D ('a/b' FFFF |hi|)");
    row("5.0", {.version = V5}, "30 ('a/b' (01 01 26 'k' 'v') |hi|)");
    row("5.0 alias with topic", {.version = V5, .topicAlias = 2}, "30 ('a/b' (23 0002 01 01 26 'k' 'v') |hi|)");
    row("5.0 alias for the topic", {.version = V5, .omitTopic = true, .topicAlias = 2},
        "30 ('' (23 0002 01 01 26 'k' 'v') |hi|)");
    row("5.0 expiry", {.version = V5, .messageExpirySeconds = 0x01020304},
        "30 ('a/b' (02 01020304 01 01 26 'k' 'v') |hi|)");
    row("5.0 everything",
        {.version = V5, .qos = QoS::AtLeastOnce, .retain = true, .packetId = 1, .topicAlias = 2,
            .messageExpirySeconds = 0, .subscriptionIdentifiers = identifiers},
        "33 ('a/b' 0001 (23 0002 02 00000000 0B 01 0B 8001 0B FFFFFF7F 01 01 26 'k' 'v') |hi|)");
}

void EncoderTest::publishHead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, expected);
    QCOMPARE(bytes.toHex(' '), expected.toHex(' '));
}

void EncoderTest::publishHeadAgreesWithPacket()
{
    for (const CataloguedPacket &row : packetCatalogue()) {
        const auto packet = row.isValid() ? decodeBytes(row.bytes(), row.version, row.sender)
                                          : Result<Packet, ProtocolError>(ProtocolError{});
        if (!packet || !std::holds_alternative<PublishPacket>(*packet))
            continue;
        const auto &publish = std::get<PublishPacket>(*packet);
        const Properties &properties = publish.properties;
        const QByteArray forwarded = encodeForwardedProperties(properties);
        const PublishLayout layout{.version = row.version,
            .qos = publish.qos,
            .retain = publish.retain,
            .duplicate = publish.duplicate,
            .packetId = publish.packetId,
            .omitTopic = publish.topic.isEmpty(),
            .topicAlias = static_cast<quint16>(properties.topicAlias.value_or(0)),
            .messageExpirySeconds = properties.messageExpiryInterval,
            .subscriptionIdentifiers = properties.subscriptionIdentifiers};
        if (properties.topicAlias == 0u)
            continue; // may be read, is never written [MQTT-3.3.2-8]
        const auto again = decodeBytes(encodePublish({publish.topic, publish.payload, forwarded}, layout), row.version,
            row.sender);
        QVERIFY2(again && std::get<PublishPacket>(*again) == publish, row.name);
    }
}

void EncoderTest::publishHeadNearLengthSteps()
{
    // Around the values where a length needs one byte more (1.5.5).
    for (quint32 step : {128u, 16'384u, 2'097'152u}) {
        for (quint32 remaining = step - 3; remaining <= step + 3; ++remaining) {
            const QByteArray payload(remaining - 4, 'x'); // topic of two bytes and its length
            const QByteArray bytes = encodePublish({"ab", payload, {}}, {});
            const FrameCut cut = cutFrame(bytes, 0xFFFF'FFFF);
            QCOMPARE(cut.status, FrameCut::Status::Complete);
            QCOMPARE(cut.frame.body.size(), qsizetype(remaining));
            QCOMPARE(encodePacket(PublishPacket{.topic = "ab", .payload = payload, .properties = {}}, V311), bytes);
        }
    }
    for (int valueBytes = 118; valueBytes < 126; ++valueBytes) {
        const QByteArray properties = packetBytes("09 00") + char(valueBytes) + QByteArray(valueBytes, 'x');
        const QByteArray bytes = encodePublish({"ab", "hi", properties}, {.version = V5});
        PublishPacket packet{.topic = "ab", .payload = "hi", .properties = {}};
        packet.properties.correlationData = QByteArray(valueBytes, 'x');
        QCOMPARE(bytes, encodePacket(packet, V5));
    }
}

void EncoderTest::publishTooLargeIsNotWritable()
{
    const char byte = 'x'; // only the size is looked at
    const auto sized = [&byte](qsizetype payloadBytes) {
        return measurePublish({"ab", QByteArrayView(&byte, payloadBytes), {}}, {});
    };
    QVERIFY(sized(268'435'455 - 4).isWritable());
    QCOMPARE(sized(268'435'455 - 4).totalBytes, 268'435'460u);
    QVERIFY(!sized(268'435'455 - 3).isWritable());
    QVERIFY(!sized(qsizetype(1) << 40).isWritable());
}

void EncoderTest::forwardedProperties()
{
    // [MQTT-3.3.2-4] [MQTT-3.3.2-15..18] [MQTT-3.3.2-20]: these and no others go on.
    const QByteArray encoded = encodeForwardedProperties(everyProperty());
    QCOMPARE(encoded.toHex(' '),
        packetBytes("01 01 03 'text/plain' 08 'r/t' 09 0002 00FF 26 'k' 'v' 26 '' '' 26 'k' 'v'").toHex(' '));
    QCOMPARE(encodeForwardedProperties(decodeForwardedProperties(encoded)), encoded);
    QVERIFY(encodeForwardedProperties({}).isEmpty());
    QVERIFY(decodeForwardedProperties({}) == Properties());
}

void EncoderTest::acknowledges()
{
    struct Row
    {
        PacketType type;
        ReasonCode reason;
        ProtocolVersion version;
        const char *notation;
    };
    const Row rows[] = {
        {PacketType::Puback, ReasonCode::Success, V5, "40 (1234)"},
        {PacketType::Puback, ReasonCode::NoMatchingSubscribers, V5, "40 (1234 10)"},
        {PacketType::Puback, ReasonCode::NoMatchingSubscribers, V311, "40 (1234)"},
        {PacketType::Pubrec, ReasonCode::QuotaExceeded, V5, "50 (1234 97)"},
        {PacketType::Pubrel, ReasonCode::Success, V31, "62 (1234)"},
        {PacketType::Pubrel, ReasonCode::PacketIdentifierNotFound, V5, "62 (1234 92)"},
        {PacketType::Pubcomp, ReasonCode::Success, V5, "70 (1234)"},
    };
    for (const Row &row : rows) {
        char out[5];
        const auto bytes = writeAcknowledge(out, row.type, 0x1234, row.reason, row.version);
        QCOMPARE(QByteArray(out, bytes).toHex(' '), packetBytes(row.notation).toHex(' '));
    }
}

void EncoderTest::returnCodes()
{
    for (quint8 code = 0; code <= 5; ++code)
        QCOMPARE(returnCodeOf(reasonOfReturnCode(code)), code);
    QCOMPARE(returnCodeOf(ReasonCode::ServerBusy), quint8(3));
    QCOMPARE(returnCodeOf(ReasonCode::QuotaExceeded), quint8(3));
    QCOMPARE(returnCodeOf(ReasonCode::Banned), quint8(5));
    QCOMPARE(returnCodeOf(ReasonCode::TopicNameInvalid), quint8(5));
    for (int code = 0x80; code < 0x100; ++code) // no failure may become an acceptance
        QVERIFY(returnCodeOf(static_cast<ReasonCode>(code)) >= 1);
}

void EncoderTest::cutsFieldsAtTheirLimit()
{
    DisconnectPacket packet;
    packet.reason = ReasonCode::UnspecifiedError;
    packet.properties.reasonString = QByteArray(70'000, 'x');
    const auto decoded = decodeBytes(encodePacket(packet, V5), V5, Sender::Server);
    QVERIFY(bool(decoded));
    QCOMPARE(std::get<DisconnectPacket>(*decoded).properties.reasonString->size(), 65'535);
}

QTEST_APPLESS_MAIN(EncoderTest)
#include "tst_encoder.moc"
