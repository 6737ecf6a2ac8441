// What becomes of what the broker thread has put into a channel.
#include "monitor/collector.h"
#include "monitor/packethead.h"
#include "monitor/taprecords.h"

#include <QTest>

#include <cstring>

using namespace pigeon;

namespace {

tap::Message *putMessage(TapChannel &channel, quint64 number, const QByteArray &topic, const QByteArray &payload)
{
    auto *record = static_cast<tap::Message *>(channel.ring.reserve(
        tap::MessageKind, sizeof(tap::Message) + static_cast<size_t>(topic.size() + payload.size())));
    *record = {};
    record->number = number;
    record->when = 5'000'000'000;
    record->topicBytes = static_cast<quint16>(topic.size());
    record->payloadBytes = static_cast<quint32>(payload.size());
    std::memcpy(tap::bytesBehind(record), topic.data(), static_cast<size_t>(topic.size()));
    std::memcpy(tap::bytesBehind(record) + topic.size(), payload.data(), static_cast<size_t>(payload.size()));
    return record;
}

void putDelivery(TapChannel &channel, quint32 message, const QByteArray &topic = {})
{
    auto *record = static_cast<tap::Delivery *>(
        channel.ring.reserve(tap::DeliveryKind, sizeof(tap::Delivery) + static_cast<size_t>(topic.size())));
    *record = {};
    record->message = message;
    record->receiver = 2;
    record->topicBytes = static_cast<quint16>(topic.size());
    std::memcpy(tap::bytesBehind(record), topic.data(), static_cast<size_t>(topic.size()));
}

void putPacket(TapChannel &channel, const QByteArray &bytes, quint32 size, ProtocolVersion version)
{
    auto *record = static_cast<tap::Packet *>(
        channel.ring.reserve(tap::PacketKind, sizeof(tap::Packet) + static_cast<size_t>(bytes.size())));
    *record = {};
    record->number = 1;
    record->size = size;
    record->keptBytes = static_cast<quint16>(bytes.size());
    record->version = static_cast<quint8>(version);
    std::memcpy(tap::bytesBehind(record), bytes.data(), static_cast<size_t>(bytes.size()));
}

MessagePtr largeMessage()
{
    MessageParts parts;
    const QByteArray payload(100'000, 'x');
    parts.topic = "large";
    parts.sharedPayload = payload;
    return Message::create(parts);
}

Collector::Collected collectAll(Collector &collector, qint64 when)
{
    collector.collect();
    return collector.take(when);
}

ClientFacts factsOf(ClientNumber client, bool isConnected)
{
    ClientFacts facts;
    facts.client = client;
    facts.isConnected = isConnected;
    facts.info.clientId = "c";
    return facts;
}

} // namespace

class tst_collector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void smallMessageIsCopied();
    void largeMessageIsReferredTo();
    void nobodyCollects();
    void messagesOnTheirWayAreBounded();
    void topicsAreBounded();
    void payloadLeftOut();
    void topicsAreNumberedOnce();
    void topicsBeyondTheBound();
    void deliveries();
    void packetHeads_data();
    void packetHeads();
    void nonsenseInsteadOfPackets();
    void passwordsAreHidden_data();
    void passwordsAreHidden();
    void clientsAreFolded();
    void snapshotComesFirst();
    void tooManyChanges();
    void nothingIsNothing();
    void severalCollections();
};

void tst_collector::smallMessageIsCopied()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    channel->tell([](TapChanges &changes) {
        changes.newClients.push_back({1, "pump"});
        ClientFacts facts = factsOf(1, true);
        facts.info.clientId = "pump";
        facts.info.userName = "u";
        changes.clients.emplace_back(facts);
    });
    tap::Message *record = putMessage(*channel, 1, "a/b", "hello");
    record->publisher = 1;
    record->by = quint8(PublishedBy::Client);
    record->qos = 1;
    record->retain = true;
    record->receivers = 7;
    record->expires = true;
    record->expirySeconds = 9;
    channel->ring.publish();
    const Collector::Collected collected = collectAll(collector, 1);
    QVERIFY(collected.isAnything);
    QCOMPARE(collected.batch.messages.size(), size_t(1));
    const MessageRecord &message = collected.batch.messages.front();
    QCOMPARE(message.message->payload(), QByteArrayView("hello"));
    QCOMPARE(message.message->topic(), QByteArrayView("a/b"));
    QCOMPARE(message.message->origin()->clientId, QByteArray("pump"));
    QCOMPARE(message.message->origin()->userName, QByteArray("u"));
    QCOMPARE(message.message->arrival(), std::chrono::milliseconds(5'000));
    QCOMPARE(message.message->expirySeconds().value_or(0), 9u);
    QCOMPARE(message.qos, QoS::AtLeastOnce);
    QVERIFY(message.retain);
    QCOMPARE(message.receivers, 7u);
    QCOMPARE(message.topic, 1u);
    QCOMPARE(collected.batch.newTopics.front().text, QByteArray("a/b"));
}

void tst_collector::largeMessageIsReferredTo()
{
    const qint64 before = Message::totalMemoryBytes();
    {
        auto channel = std::make_shared<TapChannel>();
        Collector collector(channel);
        {
            const MessagePtr large = largeMessage();
            tap::Message *record = putMessage(*channel, 1, {}, {});
            large->retain();
            record->message = large.get();
            record->payloadBytes = 100'000;
            QVERIFY(channel->hold(TapChannel::sizeOf(*large)));
            channel->ring.publish();
        }
        {
            const Collector::Collected collected = collectAll(collector, 1);
            QCOMPARE(collected.batch.messages.front().message->payload().size(), qsizetype(100'000));
            QVERIFY(channel->heldBytes.load() > 0); // it is still on its way
        }
        QCOMPARE(channel->heldBytes.load(), qint64(0));
    }
    QCOMPARE(Message::totalMemoryBytes(), before);
}

void tst_collector::messagesOnTheirWayAreBounded()
{
    TapBounds bounds;
    bounds.payloadBytes = 250'000;
    auto channel = std::make_shared<TapChannel>(bounds);
    Collector collector(channel);
    const auto keep = [&](const MessagePtr &message) {
        channel->change([&](TapChanges &changes) {
            RetainedChange change;
            change.topic = message->topic().toByteArray();
            if (channel->hold(TapChannel::sizeOf(*message)))
                change.message = message;
            changes.retained.push_back(std::move(change));
        });
    };
    {
        for (int i = 0; i < 3; ++i)
            keep(largeMessage());
        collector.collect();
        const Collector::Collected collected = collector.take(1);
        QVERIFY(collected.batch.retained[1].message);
        QVERIFY(!collected.batch.retained[2].message);
        QCOMPARE(collected.batch.losses.payloadsLeftOut, quint64(1));
    }
    keep(largeMessage()); // what was dealt with makes room
    collector.collect();
    QVERIFY(collector.take(2).batch.retained.front().message);
}

void tst_collector::topicsAreBounded()
{
    TapBounds bounds;
    bounds.nameBytes = 10;
    auto channel = std::make_shared<TapChannel>(bounds);
    Collector collector(channel);
    putMessage(*channel, 1, "four", {});
    putMessage(*channel, 2, "seven77", {});
    putMessage(*channel, 3, "again6", {});
    putMessage(*channel, 4, "four", {});
    channel->ring.publish();
    const Collector::Collected collected = collectAll(collector, 4);
    QCOMPARE(collected.batch.messages[0].topic, TopicNumber(1));
    QCOMPARE(collected.batch.messages[1].topic, TopicNumber(0));
    QCOMPARE(collected.batch.messages[2].topic, TopicNumber(2));
    QCOMPARE(collected.batch.messages[3].topic, TopicNumber(1));
}

void tst_collector::nobodyCollects()
{
    const qint64 before = Message::totalMemoryBytes();
    {
        TapChannel channel;
        const MessagePtr large = largeMessage();
        tap::Message *record = putMessage(channel, 1, {}, {});
        large->retain();
        record->message = large.get();
    }
    QCOMPARE(Message::totalMemoryBytes(), before);
}

void tst_collector::payloadLeftOut()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    tap::Message *record = putMessage(*channel, 1, "a", {});
    record->payloadBytes = 5'000;
    record->isPayloadLeftOut = true;
    channel->ring.publish();
    const MessageRecord message = collectAll(collector, 1).batch.messages.front();
    QVERIFY(!message.message);
    QVERIFY(message.isPayloadLeftOut);
    QCOMPARE(message.payloadBytes, 5'000u);
    QCOMPARE(message.topic, 1u);
}

void tst_collector::topicsAreNumberedOnce()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    putMessage(*channel, 1, "a", "1");
    putMessage(*channel, 2, "b", "2");
    putMessage(*channel, 3, "a", "3");
    channel->ring.publish();
    const MonitorBatch first = collectAll(collector, 1).batch;
    QCOMPARE(first.newTopics.size(), size_t(2));
    QCOMPARE(first.messages[0].topic, first.messages[2].topic);
    putMessage(*channel, 4, "b", "4");
    channel->ring.publish();
    const MonitorBatch second = collectAll(collector, 2).batch;
    QVERIFY(second.newTopics.empty());
    QCOMPARE(second.messages[0].topic, 2u);
}

void tst_collector::topicsBeyondTheBound()
{
    TapBounds bounds;
    bounds.topicNames = 1;
    auto channel = std::make_shared<TapChannel>(bounds);
    Collector collector(channel);
    putMessage(*channel, 1, "a", "1");
    putMessage(*channel, 2, "b", "2");
    channel->ring.publish();
    const MonitorBatch batch = collectAll(collector, 1).batch;
    QCOMPARE(batch.messages[0].topic, 1u);
    QCOMPARE(batch.messages[1].topic, 0u);
    QCOMPARE(batch.messages[1].message->topic(), QByteArrayView("b"));
}

void tst_collector::deliveries()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    constexpr quint64 number = 0x1'0000'0005; // only its low bits come with a delivery
    putMessage(*channel, number, "a", "1");
    putDelivery(*channel, 5);
    putDelivery(*channel, 0xFFFFFFF0); // of some before
    putDelivery(*channel, 0, "old/topic");
    channel->ring.publish();
    const MonitorBatch batch = collectAll(collector, 1).batch;
    QCOMPARE(batch.deliveries.size(), size_t(3));
    QCOMPARE(batch.deliveries[0].message, number);
    QCOMPARE(batch.deliveries[0].topic, batch.messages[0].topic);
    QCOMPARE(batch.deliveries[0].receiver, 2u);
    QCOMPARE(batch.deliveries[1].message, quint64(0xFFFFFFF0));
    QCOMPARE(batch.deliveries[2].message, quint64(0));
    QCOMPARE(batch.newTopics[batch.deliveries[2].topic - 1].text, QByteArray("old/topic"));
}

void tst_collector::packetHeads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("packetId");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *hex, int version, PacketType type, int id, int reason) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << version << int(type) << id << reason;
    };
    row("PUBLISH QoS 0", "30 05 0001 61 6869", 4, PacketType::Publish, 0, 0);
    row("PUBLISH QoS 1", "32 06 0001 61 0102 68", 4, PacketType::Publish, 0x0102, 0);
    row("PUBACK 3.1.1", "40 02 0007", 4, PacketType::Puback, 7, 0);
    row("PUBACK 5.0 with a reason", "40 03 0007 97", 5, PacketType::Puback, 7, 0x97);
    row("SUBSCRIBE", "82 06 0009 0001 61 00", 4, PacketType::Subscribe, 9, 0);
    row("SUBACK 3.1.1, granted", "90 05 0009 00 02 01", 4, PacketType::Suback, 9, 0x02);
    row("SUBACK 3.1.1, one refused", "90 05 0009 02 80 01", 4, PacketType::Suback, 9, 0x80);
    row("SUBACK 5.0, refused, with a property", "90 0a 0009 04 1f 0001 61 02 87 00", 5, PacketType::Suback, 9, 0x87);
    row("SUBACK 5.0 that is cut off in its properties", "90 0a 0009 04 1f", 5, PacketType::Suback, 9, 0);
    row("UNSUBACK 3.1.1", "b0 02 0009", 4, PacketType::Unsuback, 9, 0);
    row("UNSUBACK 5.0, nothing to remove", "b0 05 0009 00 00 11", 5, PacketType::Unsuback, 9, 0x11);
    row("UNSUBACK 5.0, refused", "b0 05 0009 00 87 11", 5, PacketType::Unsuback, 9, 0x87);
    row("CONNACK 3.1.1, return code 5", "20 02 00 05", 4, PacketType::Connack, 0, 0x87);
    row("CONNACK 5.0", "20 03 00 8a 00", 5, PacketType::Connack, 0, 0x8a);
    row("DISCONNECT 5.0 without a reason", "e0 00", 5, PacketType::Disconnect, 0, 0);
    row("DISCONNECT 5.0", "e0 02 8e 00", 5, PacketType::Disconnect, 0, 0x8e);
    row("PINGREQ", "c0 00", 5, PacketType::Pingreq, 0, 0);
    row("a topic that is cut off", "32 ff 7f 4000 61", 5, PacketType::Publish, 0, 0);
}

void tst_collector::packetHeads()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, version);
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    putPacket(*channel, bytes, 4'000, static_cast<ProtocolVersion>(version));
    channel->ring.publish();
    const MonitorBatch batch = collectAll(collector, 1).batch;
    const PacketRecord &packet = batch.packets.front();
    QCOMPARE(batch.bytesOf(packet), QByteArrayView(bytes));
    QVERIFY(packet.isCut());
    QTEST(int(packet.type), "type");
    QTEST(int(packet.packetId), "packetId");
    QTEST(int(packet.reason), "reason");
}

void tst_collector::nonsenseInsteadOfPackets()
{
    for (int first = 0; first < 256; ++first) {
        for (qsizetype size = 0; size < 12; ++size) {
            QByteArray bytes(size, '\xff');
            if (size > 0)
                bytes[0] = char(first);
            PacketRecord record;
            readPacketHead(bytes, record); // must only not read behind the end: the address sanitizer looks on
            const PasswordPlace place = passwordIn(bytes);
            QVERIFY(place.at < 0 || place.at + place.bytes <= size);
        }
    }
}

void tst_collector::passwordsAreHidden_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("version");
    QTest::addColumn<QByteArray>("hidden");
    const QByteArray head311 = QByteArray::fromHex("10 1a 0004") + "MQTT" + QByteArray::fromHex("04 c2 003c 0001") + "c";
    QTest::newRow("3.1.1") << head311 + QByteArray::fromHex("0001") + "u" + QByteArray::fromHex("0006") + "secret" << 4
                           << head311 + QByteArray::fromHex("0001") + "u" + QByteArray::fromHex("0006") + "******";
    QTest::newRow("3.1.1, cut off") << head311 + QByteArray::fromHex("0001") + "u" + QByteArray::fromHex("0006") + "sec"
                                    << 4 << head311 + QByteArray::fromHex("0001") + "u" + QByteArray::fromHex("0006") + "***";
    const QByteArray will5 = QByteArray::fromHex("10 30 0004") + "MQTT" + QByteArray::fromHex("05 c6 003c 05 11 00000009 0001")
        + "c" + QByteArray::fromHex("02 01 01 0001") + "w" + QByteArray::fromHex("0002") + "hi" + QByteArray::fromHex("0001") + "u";
    QTest::newRow("5.0 with a will") << will5 + QByteArray::fromHex("0003") + "abc" << 5
                                     << will5 + QByteArray::fromHex("0003") + "***";
    const QByteArray none = QByteArray::fromHex("10 0d 0004") + "MQTT" + QByteArray::fromHex("04 02 003c 0001") + "c";
    QTest::newRow("none") << none << 4 << none;
}

void tst_collector::passwordsAreHidden()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, version);
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    putPacket(*channel, QByteArray::fromHex("c000"), 2, ProtocolVersion::Mqtt5); // something before it
    putPacket(*channel, bytes, quint32(bytes.size()), static_cast<ProtocolVersion>(version));
    channel->ring.publish();
    const MonitorBatch batch = collectAll(collector, 1).batch;
    QTEST(batch.bytesOf(batch.packets[1]).toByteArray(), "hidden");
}

void tst_collector::clientsAreFolded()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    channel->change([](TapChanges &changes) {
        changes.clients.emplace_back(factsOf(1, true));
        changes.clients.emplace_back(ClientNumber(1));
        changes.clients.emplace_back(factsOf(1, false)); // it is there again
        changes.clients.emplace_back(factsOf(2, true));
        changes.clients.emplace_back(ClientNumber(2));
    });
    const MonitorBatch batch = collectAll(collector, 1).batch;
    QCOMPARE(batch.clients.size(), size_t(1));
    QCOMPARE(batch.clients[0].client, 1u);
    QVERIFY(!batch.clients[0].isConnected);
    QCOMPARE(batch.endedSessions, std::vector<ClientNumber>{2});
}

void tst_collector::snapshotComesFirst()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    channel->tell([](TapChanges &changes) { changes.newClients.push_back({1, "a"}); });
    putMessage(*channel, 1, "t", "1");
    channel->ring.publish();
    collectAll(collector, 1);
    channel->tell([](TapChanges &changes) { changes.snapshot.emplace().brokerId = "b"; });
    const Collector::Collected collected = collectAll(collector, 2);
    QVERIFY(collected.snapshot);
    QCOMPARE(collected.snapshot->clientNames, std::vector<NumberedName>({{1, "a"}}));
    QCOMPARE(collected.snapshot->topicNames, std::vector<NumberedName>({{1, "t"}}));
    QVERIFY(!collected.isAnything);
}

void tst_collector::tooManyChanges()
{
    TapBounds bounds;
    bounds.changes = 2;
    auto channel = std::make_shared<TapChannel>(bounds);
    Collector collector(channel);
    for (int i = 0; i < 5; ++i)
        channel->change([](TapChanges &changes) { changes.events.emplace_back(); });
    const Collector::Collected collected = collectAll(collector, 1);
    QCOMPARE(collected.batch.events.size(), size_t(2));
    QCOMPARE(collected.batch.losses.events, quint64(3));
    QVERIFY(collected.needsSnapshot);
    QVERIFY(!collectAll(collector, 2).needsSnapshot);
}

void tst_collector::nothingIsNothing()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    QVERIFY(!collectAll(collector, 1).isAnything);
    channel->lose(TapChannel::Packets, 3);
    const Collector::Collected collected = collectAll(collector, 2);
    QVERIFY(collected.isAnything); // losses are told
    QCOMPARE(collected.batch.losses.packets, quint64(3));
    QVERIFY(!collectAll(collector, 3).isAnything);
}

/// They come to one batch, and bytes of packets are where their records say.
void tst_collector::severalCollections()
{
    auto channel = std::make_shared<TapChannel>();
    Collector collector(channel);
    channel->change([](TapChanges &changes) { changes.clients.emplace_back(ClientNumber(1)); });
    putPacket(*channel, QByteArray::fromHex("c000"), 2, ProtocolVersion::Mqtt5);
    putMessage(*channel, 1, "a", "1");
    channel->ring.publish();
    collector.collect();
    channel->change([](TapChanges &changes) { changes.clients.emplace_back(factsOf(1, true)); });
    putPacket(*channel, QByteArray::fromHex("d000"), 2, ProtocolVersion::Mqtt5);
    putMessage(*channel, 2, "b", "2");
    channel->ring.publish();
    collector.collect();
    const MonitorBatch batch = collector.take(7).batch;
    QCOMPARE(batch.when, qint64(7));
    QCOMPARE(batch.newTopics.size(), size_t(2));
    QCOMPARE(batch.messages.size(), size_t(2));
    QCOMPARE(batch.clients.size(), size_t(1)); // it is there again
    QVERIFY(batch.endedSessions.empty());
    QCOMPARE(batch.bytesOf(batch.packets[1]), QByteArrayView("\xd0\x00", 2));
    QVERIFY(!collectAll(collector, 8).isAnything);
}

QTEST_GUILESS_MAIN(tst_collector)
#include "tst_collector.moc"
