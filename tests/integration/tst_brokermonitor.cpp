#include "support/watched.h"

#include <algorithm>
#include <optional>

using namespace pigeon;
using namespace pigeon::test;

/// A broker in another thread, seen and acted on through a MonitorSource.
class TestBrokerMonitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void snapshot();
    void lifeOfAClient();
    void messageAndItsDeliveries();
    void exactlyOnce();
    void queuedAndSentLater();
    void largePayload();
    void willAndBroker();
    void duplicate();
    void fanOut();
    void droppedWithReason();
    void packets();
    void interestsCostOnlyWhenAsked();
    void refused();
    void takenOver();
    void protocolError();
    void subscriptions();
    void retainedChanges();
    void countsAndTotals();
    void numbersOutliveSessions();
    void lossesAreExact();
    void logLines();
    void detachAndAttachAnew();
    void queuedBeforeItWasAttached();
    void onlyOneAtATime();
    void brokerEndsFirst();
    void sourceEndsFirst();
    void answersAfterTheEnd();
};

// --- observing -----------------------------------------------------------------------------------------------

void TestBrokerMonitor::snapshot()
{
    BrokerOptions options;
    options.brokerId = "here";
    Watched watched(options);
    SocketClient client(watched.broker.port());
    ConnectPacket connect = lasting("pump");
    connect.keepAliveSeconds = 30;
    connect.will = WillFields{"will", "gone", QoS::AtLeastOnce, false, {}};
    QVERIFY(letIn(client, connect));
    QVERIFY(subscribe(client, "a/#", QoS::AtLeastOnce));
    QVERIFY(watched.attach());

    const MonitorSnapshot &snapshot = *watched.log.snapshot;
    QCOMPARE(snapshot.brokerId, QByteArray("here"));
    QVERIFY(!snapshot.version.isEmpty());
    QCOMPARE(snapshot.listeners.size(), size_t(1));
    QVERIFY(snapshot.listeners[0].endsWith(QByteArray::number(watched.broker.port())));
    QCOMPARE(snapshot.clients.size(), size_t(1));
    const ClientFacts &facts = snapshot.clients[0];
    QCOMPARE(watched.log.client(facts.client), QByteArray("pump"));
    QCOMPARE(facts.info.clientId, QByteArray("pump"));
    QCOMPARE(facts.info.keepAliveSeconds, quint16(30));
    QVERIFY(facts.isConnected);
    QCOMPARE(facts.sessionExpirySeconds, 3'600u);
    QVERIFY(facts.inflightMaximum > 0);
    QVERIFY(facts.will.has_value());
    QCOMPARE(facts.will->topic, QByteArray("will"));
    QVERIFY(facts.counts.packetsIn >= 2);
    QVERIFY(facts.counts.bytesOut > 0);
    QCOMPARE(facts.counts.subscriptions, quint64(1));
    QCOMPARE(snapshot.subscriptions.size(), size_t(1));
    QCOMPARE(snapshot.subscriptions[0].entry.filter, QByteArray("a/#"));
    QCOMPARE(snapshot.subscriptions[0].client, facts.client);
    QCOMPARE(snapshot.totals.connected, quint64(1));
    QCOMPARE(snapshot.totals.subscriptions, quint64(1));
    QVERIFY(snapshot.limits.queuedMessages > 0);
}

void TestBrokerMonitor::lifeOfAClient()
{
    Watched watched;
    QVERIFY(watched.attach());
    {
        SocketClient client(watched.broker.port());
        QVERIFY(letIn(client, lasting("pump")));
        QTRY_VERIFY(watched.log.event(ConnectionEventKind::Connected, "pump"));
        const ClientNumber number = watched.log.event(ConnectionEventKind::Connected, "pump")->client;
        QCOMPARE(watched.log.client(number), QByteArray("pump"));
        QTRY_VERIFY(watched.log.facts.contains(number));
        QVERIFY(watched.log.facts[number].isConnected);
        QCOMPARE(watched.log.facts[number].connects, quint64(1));
        QVERIFY(watched.log.facts[number].since > 0);
    }
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "pump"));
    const ClientNumber number = watched.log.event(ConnectionEventKind::Disconnected, "pump")->client;
    QTRY_VERIFY(!watched.log.facts[number].isConnected);
    QVERIFY(!watched.log.facts[number].lastText.isEmpty());
    QVERIFY(watched.log.endedSessions.empty());
}

void TestBrokerMonitor::messageAndItsDeliveries()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient receiver(watched.broker.port());
    QVERIFY(letIn(receiver, "receiver"));
    QVERIFY(subscribe(receiver, "a", QoS::AtLeastOnce));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    PublishPacket packet = message("a", "hello", QoS::AtLeastOnce);
    packet.properties.contentType = "text/plain";
    sender.send(packet);
    const std::optional<PublishPacket> got = waitFor<PublishPacket>(receiver);
    QVERIFY(got.has_value());
    AcknowledgePacket puback;
    puback.packetId = got->packetId;
    receiver.send(puback);
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Acknowledged, "receiver"));

    QCOMPARE(watched.log.messageTexts(), std::vector<QByteArray>{"a from sender"});
    const MessageRecord &record = watched.log.messages.front();
    QCOMPARE(record.by, PublishedBy::Client);
    QCOMPARE(record.receivers, 1u);
    QCOMPARE(record.qos, QoS::AtLeastOnce);
    QCOMPARE(record.message->payload(), QByteArrayView("hello"));
    QCOMPARE(record.message->origin()->clientId, QByteArray("sender"));
    QVERIFY(record.message->properties().contains(QByteArrayView("text/plain")));
    QVERIFY(record.packet > 0);
    const DeliveryRecord *sent = watched.log.delivery(DeliveryStep::Sent, "receiver");
    const DeliveryRecord *acknowledged = watched.log.delivery(DeliveryStep::Acknowledged, "receiver");
    QVERIFY(sent);
    for (const DeliveryRecord *each : {sent, acknowledged}) {
        QCOMPARE(each->message, record.number);
        QCOMPARE(each->topic, record.topic);
        QCOMPARE(each->packetId, got->packetId);
        QCOMPARE(each->qos, QoS::AtLeastOnce);
        QVERIFY(each->when >= record.when);
        QVERIFY(each->packet > record.packet);
    }
}

void TestBrokerMonitor::exactlyOnce()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient receiver(watched.broker.port());
    QVERIFY(letIn(receiver, "receiver"));
    QVERIFY(subscribe(receiver, "a", QoS::ExactlyOnce));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    sender.send(message("a", "x", QoS::ExactlyOnce));
    const std::optional<PublishPacket> got = waitFor<PublishPacket>(receiver);
    QVERIFY(got.has_value());
    AcknowledgePacket answer;
    answer.type = PacketType::Pubrec;
    answer.packetId = got->packetId;
    receiver.send(answer);
    QVERIFY(waitFor<AcknowledgePacket>(receiver));
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Received, "receiver"));
    QVERIFY(!watched.log.hasStep(DeliveryStep::Acknowledged, "receiver"));
    answer.type = PacketType::Pubcomp;
    receiver.send(answer);
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Acknowledged, "receiver"));
    QCOMPARE(watched.log.delivery(DeliveryStep::Received, "receiver")->message, watched.log.messages.front().number);
}

void TestBrokerMonitor::queuedAndSentLater()
{
    Watched watched;
    QVERIFY(watched.attach());
    {
        SocketClient receiver(watched.broker.port());
        QVERIFY(letIn(receiver, lasting("receiver")));
        QVERIFY(subscribe(receiver, "a", QoS::AtLeastOnce));
    }
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "receiver"));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    sender.send(message("a", "x", QoS::AtLeastOnce));
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Queued, "receiver"));
    SocketClient receiver(watched.broker.port());
    QVERIFY(letIn(receiver, lasting("receiver")));
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Sent, "receiver"));
    for (const DeliveryStep step : {DeliveryStep::Queued, DeliveryStep::Sent})
        QCOMPARE(watched.log.delivery(step, "receiver")->message, watched.log.messages.front().number);
}

void TestBrokerMonitor::largePayload()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    const QByteArray payload(300'000, 'x');
    sender.send(message("large", payload));
    QTRY_COMPARE(watched.log.messages.size(), size_t(1));
    QCOMPARE(watched.log.messages[0].payloadBytes, 300'000u);
    QCOMPARE(watched.log.messages[0].message->payload(), QByteArrayView(payload));
    QTRY_VERIFY(!watched.log.packets.empty());
    const auto &packet = watched.log.packets.back();
    QVERIFY(packet.record.isCut());
    QCOMPARE(quint32(packet.bytes.size()), watched.log.snapshot->limits.packetBytes);
}

void TestBrokerMonitor::willAndBroker()
{
    Watched watched;
    QVERIFY(watched.attach());
    {
        SocketClient client(watched.broker.port());
        ConnectPacket connect;
        connect.clientId = "dying";
        connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
        QVERIFY(letIn(client, connect));
    }
    QTRY_COMPARE(watched.log.messages.size(), size_t(1));
    QCOMPARE(watched.log.messageTexts().front(), QByteArray("will from dying"));
    QCOMPARE(watched.log.messages[0].by, PublishedBy::Will);
    watched.source->publish(message("news", "x"), {}, {});
    QTRY_COMPARE(watched.log.messages.size(), size_t(2));
    QCOMPARE(watched.log.messageTexts().back(), QByteArray("news from "));
    QCOMPARE(watched.log.messages[1].by, PublishedBy::Broker);
    QCOMPARE(watched.log.messages[1].receivers, 0u);
}

void TestBrokerMonitor::duplicate()
{
    Watched watched;
    QVERIFY(watched.attach(Interest::Messages));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    PublishPacket packet = message("a", "x", QoS::AtLeastOnce);
    packet.duplicate = true;
    sender.send(packet);
    QTRY_COMPARE(watched.log.messages.size(), size_t(1));
    QVERIFY(watched.log.messages[0].isDuplicate);
    QVERIFY(watched.log.deliveries.empty());
}

void TestBrokerMonitor::fanOut()
{
    constexpr int count = 50;
    Watched watched;
    std::vector<std::unique_ptr<SocketClient>> receivers;
    for (int i = 0; i < count; ++i) {
        receivers.push_back(std::make_unique<SocketClient>(watched.broker.port()));
        QVERIFY(letIn(*receivers.back(), "r" + QByteArray::number(i)));
        QVERIFY(subscribe(*receivers.back(), "a/+", i % 2 ? QoS::AtLeastOnce : QoS::AtMostOnce));
    }
    QVERIFY(watched.attach(Interests(Interest::Messages) | Interest::Deliveries));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    for (int i = 0; i < 20; ++i)
        sender.send(message("a/" + QByteArray::number(i), "x", QoS::AtLeastOnce));
    QTRY_COMPARE(watched.log.messages.size(), size_t(20));
    QTRY_COMPARE(std::count_if(watched.log.deliveries.begin(), watched.log.deliveries.end(),
                     [](const DeliveryRecord &each) { return each.step == DeliveryStep::Sent; }),
        20 * count);
    for (const MessageRecord &each : watched.log.messages)
        QCOMPARE(each.receivers, quint32(count));
    QCOMPARE(watched.log.losses.total(), quint64(0));
}

void TestBrokerMonitor::droppedWithReason()
{
    BrokerOptions options;
    options.maximumQueuedMessages = 1;
    Watched watched(options);
    QVERIFY(watched.attach());
    {
        SocketClient receiver(watched.broker.port());
        QVERIFY(letIn(receiver, lasting("receiver")));
        QVERIFY(subscribe(receiver, "a", QoS::AtLeastOnce));
    }
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "receiver"));
    SocketClient sender(watched.broker.port());
    QVERIFY(letIn(sender, "sender"));
    for (quint16 id = 1; id <= 3; ++id) {
        PublishPacket packet = message("a", "x", QoS::AtLeastOnce);
        packet.packetId = id;
        sender.send(packet);
    }
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Dropped, "receiver"));
    const DeliveryRecord *dropped = watched.log.delivery(DeliveryStep::Dropped, "receiver");
    QCOMPARE(dropped->drop, DropReason::QueueFull);
    QCOMPARE(dropped->message, watched.log.messages[1].number);
    QTRY_VERIFY(watched.log.counts.contains(dropped->receiver) && watched.log.counts[dropped->receiver].dropped() == 2);
    QCOMPARE(watched.log.counts[dropped->receiver].drops[size_t(DropReason::QueueFull)], quint64(2));
    QCOMPARE(watched.log.counts[dropped->receiver].queuedMessages, quint64(1));
}

void TestBrokerMonitor::packets()
{
    Watched watched;
    QVERIFY(watched.attach(Interest::Packets));
    SocketClient client(watched.broker.port());
    ConnectPacket connect;
    connect.clientId = "pump";
    connect.userName = "u";
    connect.password = "secret";
    QVERIFY(letIn(client, connect));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    QTRY_COMPARE(watched.log.packets.size(), size_t(4));
    const PacketType types[] = {PacketType::Connect, PacketType::Connack, PacketType::Pingreq, PacketType::Pingresp};
    for (size_t i = 0; i < 4; ++i) {
        const auto &packet = watched.log.packets[i];
        QCOMPARE(packet.record.type, types[i]);
        QCOMPARE(packet.record.number, quint64(i + 1));
        QCOMPARE(packet.record.direction, i % 2 ? PacketDirection::ToClient : PacketDirection::FromClient);
        QCOMPARE(packet.record.size, quint32(packet.bytes.size()));
        QCOMPARE(packet.record.version, ProtocolVersion::Mqtt5);
    }
    QVERIFY(!watched.log.packets[0].bytes.contains("secret"));
    QVERIFY(watched.log.packets[0].bytes.contains("******"));
    QCOMPARE(watched.log.packets[2].bytes, QByteArray::fromHex("c000"));
    QCOMPARE(watched.log.client(watched.log.packets[2].record.client), QByteArray("pump"));
    QVERIFY(watched.log.messages.empty());
}

void TestBrokerMonitor::interestsCostOnlyWhenAsked()
{
    Watched watched;
    QVERIFY(watched.attach({}));
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    QVERIFY(subscribe(client, "a", QoS::AtMostOnce));
    client.send(message("a", "1"));
    QVERIFY(waitFor<PublishPacket>(client));
    QTRY_VERIFY(watched.log.totals && watched.log.totals->messagesOut == 1); // reported after it
    QVERIFY(watched.log.messages.empty() && watched.log.deliveries.empty() && watched.log.packets.empty());
    watched.source->setInterests(Interest::Messages);
    watched.source->publish(message("a", "2"), {}, {});
    QTRY_COMPARE(watched.log.messages.size(), size_t(1));
    QVERIFY(watched.log.deliveries.empty() && watched.log.packets.empty());
}

void TestBrokerMonitor::refused()
{
    BrokerOptions options;
    options.maximumClientIdBytes = 23;
    Watched watched(options);
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    client.connect("much-too-long-a-client-id");
    const std::optional<ConnackPacket> connack = waitFor<ConnackPacket>(client);
    QVERIFY(connack && isFailure(connack->reason));
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Refused, "much-too-long-a-client-id"));
    const ConnectionEvent *event = watched.log.event(ConnectionEventKind::Refused, "much-too-long-a-client-id");
    QCOMPARE(event->reason, ReasonCode::ClientIdentifierNotValid);
    QCOMPARE(event->text, QByteArray("the client id is too long"));
    QCOMPARE(event->info.address, QByteArray("127.0.0.1"));
    QVERIFY(!watched.log.event(ConnectionEventKind::Connected, "much-too-long-a-client-id"));
}

void TestBrokerMonitor::takenOver()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient first(watched.broker.port());
    QVERIFY(letIn(first, lasting("pump")));
    const quint16 firstPort = first.socket().localPort();
    SocketClient second(watched.broker.port());
    QVERIFY(letIn(second, lasting("pump")));
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::TakenOver, "pump"));
    const ConnectionEvent *event = watched.log.event(ConnectionEventKind::TakenOver, "pump");
    QCOMPARE(event->info.port, second.socket().localPort());
    QVERIFY(event->text.endsWith(QByteArray::number(firstPort)));
    QCOMPARE(watched.log.event(ConnectionEventKind::Disconnected, "pump")->reason, ReasonCode::SessionTakenOver);
    QTRY_COMPARE(watched.log.facts[event->client].takeovers, quint64(1));
    QCOMPARE(watched.log.facts[event->client].connects, quint64(2));
}

void TestBrokerMonitor::protocolError()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "bad"));
    client.connect("bad"); // a second one
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::ProtocolError, "bad"));
    QCOMPARE(watched.log.event(ConnectionEventKind::ProtocolError, "bad")->clause, QByteArray("MQTT-3.1.0-2"));
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::SessionEnded, "bad"));
    QVERIFY(!watched.log.endedSessions.empty());
}

void TestBrokerMonitor::subscriptions()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    SubscribePacket packet = subscription("$share/g/a/+", QoS::AtLeastOnce);
    packet.properties.subscriptionIdentifiers = {7};
    client.send(packet);
    QVERIFY(waitFor<SubackPacket>(client));
    QTRY_COMPARE(watched.log.subscriptions.size(), size_t(1));
    QVERIFY(watched.log.subscriptions[0].isAdded);
    QCOMPARE(watched.log.subscriptions[0].entry.filter, QByteArray("$share/g/a/+"));
    QCOMPARE(watched.log.subscriptions[0].entry.maximumQoS, QoS::AtLeastOnce);
    QCOMPARE(watched.log.subscriptions[0].identifier, 7u);
    QCOMPARE(watched.log.client(watched.log.subscriptions[0].client), QByteArray("pump"));
    client.send(UnsubscribePacket{2, {"$share/g/a/+"}, {}});
    QVERIFY(waitFor<UnsubackPacket>(client));
    QTRY_COMPARE(watched.log.subscriptions.size(), size_t(2));
    QVERIFY(!watched.log.subscriptions[1].isAdded);
}

void TestBrokerMonitor::retainedChanges()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    PublishPacket packet = message("kept", "1");
    packet.retain = true;
    client.send(packet);
    QTRY_COMPARE(watched.log.retained.size(), size_t(1));
    QCOMPARE(watched.log.retained[0].topic, QByteArray("kept"));
    QCOMPARE(watched.log.retained[0].message->payload(), QByteArrayView("1"));
    QCOMPARE(watched.log.topic(watched.log.retained[0].topicNumber), QByteArray("kept"));
    packet.payload.clear();
    client.send(packet);
    QTRY_COMPARE(watched.log.retained.size(), size_t(2));
    QVERIFY(!watched.log.retained[1].message);
}

void TestBrokerMonitor::countsAndTotals()
{
    Watched watched;
    QVERIFY(watched.attach({}));
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, lasting("pump")));
    QVERIFY(subscribe(client, "a", QoS::AtMostOnce));
    for (int i = 0; i < 5; ++i)
        client.send(message("a", "12345"));
    for (int i = 0; i < 5; ++i)
        QVERIFY(waitFor<PublishPacket>(client));
    QTRY_VERIFY(watched.log.totals && watched.log.totals->messagesIn == 5 && watched.log.totals->messagesOut == 5);
    QCOMPARE(watched.log.totals->payloadBytesIn, quint64(25));
    QCOMPARE(watched.log.totals->connected, quint64(1));
    const ClientNumber number = watched.log.event(ConnectionEventKind::Connected, "pump")->client;
    QTRY_COMPARE(watched.log.counts[number].messagesIn, quint64(5));
    QCOMPARE(watched.log.counts[number].messagesOut, quint64(5));
    QCOMPARE(watched.log.counts[number].packetsIn, quint64(7)); // CONNECT, SUBSCRIBE
    QVERIFY(watched.log.counts[number].lastPacketAt > 0);
    client.socket().abort();
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "pump"));
    SocketClient again(watched.broker.port());
    QVERIFY(letIn(again, lasting("pump")));
    QTRY_COMPARE(watched.log.counts[number].packetsIn, quint64(8)); // of all its connections
}

void TestBrokerMonitor::numbersOutliveSessions()
{
    Watched watched;
    QVERIFY(watched.attach());
    for (int i = 0; i < 2; ++i) {
        SocketClient client(watched.broker.port());
        QVERIFY(letIn(client, "pump"));
        client.send(message("a", "x"));
        QTRY_COMPARE(watched.log.messages.size(), size_t(i + 1));
    }
    QCOMPARE(watched.log.messages[0].publisher, watched.log.messages[1].publisher);
    QCOMPARE(watched.log.messages[0].topic, watched.log.messages[1].topic);
}

/// Nobody takes what is collected, as when a window is busy: what was made and what was lost add up.
void TestBrokerMonitor::lossesAreExact()
{
    constexpr quint64 sent = 200'000;
    Watched watched;
    QVERIFY(watched.attach(Interest::Messages));
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "flood"));
    QByteArray bytes;
    for (quint64 i = 0; i < sent; ++i)
        bytes += encodePacket(message("a", "x"), ProtocolVersion::Mqtt5);
    client.sendBytes(bytes);
    client.send(PingreqPacket{});
    while (!client.take<PingrespPacket>()) // without the event loop
        QVERIFY(client.socket().waitForReadyRead(30'000));
    const auto seen = [&watched] { return watched.log.messages.size() + watched.log.losses.messages; };
    QTRY_COMPARE_WITH_TIMEOUT(seen(), sent, 20'000);
    QVERIFY(watched.log.losses.messages > 0);
    QVERIFY(!watched.log.messages.empty());
    QCOMPARE(watched.log.losses.deliveries, quint64(0));
    for (size_t i = 1; i < watched.log.messages.size(); ++i)
        QVERIFY(watched.log.messages[i].number > watched.log.messages[i - 1].number);
}

void TestBrokerMonitor::logLines()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "bad"));
    client.connect("bad");
    QTRY_VERIFY(std::any_of(watched.log.lines.begin(), watched.log.lines.end(), [](const LogLine &line) {
        return line.level == QtWarningMsg && line.clientId == "bad" && line.category == "pigeon.connection"
            && line.text.contains(QLatin1String("a second CONNECT"));
    }));
}

void TestBrokerMonitor::detachAndAttachAnew()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    client.send(message("a", "1"));
    QTRY_COMPARE(watched.log.messages.size(), size_t(1));
    watched.source->detach();
    QVERIFY(!watched.source->isAttached());
    client.send(message("a", "2"));
    Answered<RetainedPage> page; // the broker goes on, and answers
    watched.source->retained("#", {}, 10, page.callback());
    QVERIFY(page.wait());
    QCOMPARE(watched.log.messages.size(), size_t(1));
    watched.log.snapshot.reset();
    QVERIFY(watched.attach());
    QCOMPARE(watched.log.snapshot->clients.size(), size_t(1));
    client.send(message("a", "3"));
    QTRY_COMPARE(watched.log.messages.size(), size_t(2));
    QCOMPARE(watched.log.messages[1].number, quint64(1)); // numbers begin anew
    QVERIFY(!watched.log.detached);
}

/// What waits since an earlier watching is none of the messages of this one.
void TestBrokerMonitor::queuedBeforeItWasAttached()
{
    Watched watched;
    QVERIFY(watched.attach());
    {
        SocketClient receiver(watched.broker.port());
        QVERIFY(letIn(receiver, lasting("receiver")));
        QVERIFY(subscribe(receiver, "a/b", QoS::AtLeastOnce));
    }
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "receiver"));
    watched.source->publish(message("a/b", "x", QoS::AtLeastOnce), {}, {});
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Queued, "receiver"));
    watched.source->detach();
    watched.log.snapshot.reset();
    watched.log.deliveries.clear();
    QVERIFY(watched.attach());
    watched.source->publish(message("other", "x"), {}, {});
    QTRY_COMPARE(watched.log.messages.size(), size_t(2));
    SocketClient receiver(watched.broker.port());
    QVERIFY(letIn(receiver, lasting("receiver")));
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Sent, "receiver"));
    QCOMPARE(watched.log.deliveries.front().message, quint64(0));
    QCOMPARE(watched.log.topic(watched.log.deliveries.front().topic), QByteArray("a/b"));
}

void TestBrokerMonitor::onlyOneAtATime()
{
    Watched watched;
    QVERIFY(watched.attach());
    const std::unique_ptr<MonitorSource> second = watchBroker(watched.broker.broker());
    MonitorLog log(*second);
    second->attach();
    QTRY_VERIFY(log.detached.has_value());
    QVERIFY(!second->isAttached());
    watched.source->detach();
    second->attach();
    QTRY_VERIFY(log.snapshot.has_value());
}

void TestBrokerMonitor::brokerEndsFirst()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    watched.broker.end();
    QTRY_VERIFY(watched.log.detached.has_value());
    QVERIFY(!watched.source->isAttached());
    watched.source->attach(); // there is nothing any more
    watched.log.detached.reset();
    QTRY_VERIFY(watched.log.detached.has_value());
}

void TestBrokerMonitor::sourceEndsFirst()
{
    BrokerThread broker;
    auto source = watchBroker(broker.broker());
    MonitorLog log(*source);
    source->setInterests(everything);
    source->attach();
    QTRY_VERIFY(log.snapshot.has_value());
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "pump"));
    source->publish(message("a", "x"), {}, [](const CommandAnswer &) { QFAIL("nobody is there to be answered"); });
    source.reset();
    client.send(message("a", QByteArray(100'000, 'x')));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client)); // the broker goes on
    broker.inThread([] {}); // and what was posted to it is done
    QCoreApplication::processEvents();
}

void TestBrokerMonitor::answersAfterTheEnd()
{
    Watched watched;
    watched.broker.end();
    Answered<CommandAnswer> published;
    watched.source->publish(message("a", "x"), {}, published.callback());
    QVERIFY(!published.isThere()); // never from inside the call
    Answered<DeletedRetained> deleted;
    watched.source->deleteRetained({"a"}, deleted.callback());
    Answered<MatchReport> report;
    watched.source->findReceivers("a", {}, QoS::AtMostOnce, report.callback());
    QVERIFY(published.wait() && deleted.wait() && report.wait());
    QVERIFY(!published->isSuccess());
    QVERIFY(!deleted->answer.isSuccess());
    QVERIFY(!report->error.isEmpty());
}

QTEST_GUILESS_MAIN(TestBrokerMonitor)
#include "tst_brokermonitor.moc"
