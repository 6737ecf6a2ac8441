#include "protocol/soundness.h"

#include <QTest>

using namespace pigeon;

/// What a program may publish or change: only what a client could have sent.
class TestSoundness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publish_data();
    void publish();
    void connect_data();
    void connect();
};

void TestSoundness::publish_data()
{
    QTest::addColumn<PublishPacket>("packet");
    QTest::addColumn<bool>("isSound");
    const auto row = [](const char *name, bool isSound, const std::function<void(PublishPacket &)> &change) {
        PublishPacket packet;
        packet.topic = "a/b";
        packet.payload = "x";
        change(packet);
        QTest::newRow(name) << packet << isSound;
    };
    row("plain", true, [](PublishPacket &) { });
    row("QoS 2 without a packet id", true, [](PublishPacket &packet) { packet.qos = QoS::ExactlyOnce; });
    row("all that is forwarded", true, [](PublishPacket &packet) {
        packet.properties.contentType = "text/plain";
        packet.properties.responseTopic = "answers";
        packet.properties.correlationData = QByteArray("\0\xFF", 2);
        packet.properties.messageExpiryInterval = 5;
        packet.properties.payloadFormatIndicator = 1;
        packet.properties.userProperties = {{"a", "1"}, {"a", "2"}};
    });
    row("payload of 5 MB", true, [](PublishPacket &packet) { packet.payload = QByteArray(5'000'000, 'x'); });
    row("longest topic", true, [](PublishPacket &packet) { packet.topic = QByteArray(65'535, 'x'); });
    row("topic too long", false, [](PublishPacket &packet) { packet.topic = QByteArray(65'536, 'x'); });
    row("no topic [MQTT-4.7.3-1]", false, [](PublishPacket &packet) { packet.topic.clear(); });
    row("wildcard [MQTT-3.3.2-2]", false, [](PublishPacket &packet) { packet.topic = "a/#"; });
    row("topic is no text [MQTT-1.5.4-1]", false, [](PublishPacket &packet) { packet.topic = "\xFF"; });
    row("content type is no text [MQTT-3.3.2-19]", false,
        [](PublishPacket &packet) { packet.properties.contentType = "\xC0"; });
    row("response topic with wildcard [MQTT-3.3.2-14]", false,
        [](PublishPacket &packet) { packet.properties.responseTopic = "a/+"; });
    row("user property too long", false,
        [](PublishPacket &packet) { packet.properties.userProperties = {{"a", QByteArray(70'000, 'x')}}; });
    row("format 2", false, [](PublishPacket &packet) { packet.properties.payloadFormatIndicator = 2; });
    row("topic alias", false, [](PublishPacket &packet) { packet.properties.topicAlias = 1; });
    row("subscription identifier [MQTT-3.3.4-6]", false,
        [](PublishPacket &packet) { packet.properties.subscriptionIdentifiers = {1}; });
    row("property of another packet", false, [](PublishPacket &packet) { packet.properties.receiveMaximum = 1; });
}

void TestSoundness::publish()
{
    QFETCH(PublishPacket, packet);
    QFETCH(bool, isSound);
    QCOMPARE(isSoundPublish(packet), isSound);
}

void TestSoundness::connect_data()
{
    QTest::addColumn<ConnectPacket>("packet");
    QTest::addColumn<bool>("isSound");
    const auto row = [](const char *name, bool isSound, const std::function<void(ConnectPacket &)> &change) {
        ConnectPacket packet;
        packet.clientId = "client";
        change(packet);
        QTest::newRow(name) << packet << isSound;
    };
    row("plain", true, [](ConnectPacket &) { });
    row("with a will", true, [](ConnectPacket &packet) { packet.will = WillFields{"a", "x", QoS::AtLeastOnce, true, {}}; });
    row("another version", false, [](ConnectPacket &packet) { packet.version = ProtocolVersion::Mqtt311; });
    row("client id too long", false, [](ConnectPacket &packet) { packet.clientId = QByteArray(65'536, 'x'); });
    row("client id is no text [MQTT-3.1.3-4]", false, [](ConnectPacket &packet) { packet.clientId = "\xED\xA0\x80"; });
    row("will topic with wildcard", false,
        [](ConnectPacket &packet) { packet.will = WillFields{"#", "x", QoS::AtMostOnce, false, {}}; });
    row("receive maximum 0", false, [](ConnectPacket &packet) { packet.properties.receiveMaximum = 0; });
}

void TestSoundness::connect()
{
    QFETCH(ConnectPacket, packet);
    QFETCH(bool, isSound);
    QCOMPARE(isSoundConnect(packet, ProtocolVersion::Mqtt5), isSound);
}

QTEST_APPLESS_MAIN(TestSoundness)
#include "tst_soundness.moc"
