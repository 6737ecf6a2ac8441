#include "support/watched.h"

#include <QFile>
#include <QTemporaryDir>

using namespace pigeon;
using namespace pigeon::test;

/// What an observer has a broker in another thread do, and asks it.
class TestMonitorCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publish();
    void publishAs();
    void disconnectClients();
    void bans();
    void endSessions();
    void clearQueue();
    void subscribeForAClient();
    void retainedDeletedAndRestored();
    void retainedDeletedByFilter();
    void retainedPages();
    void findReceivers();
    void findReceiversWithRights();
    void rightsOf();
    void rightsWithoutAnAccessList();
    void nearMisses_data();
    void nearMisses();
    void queueOf();
};

// --- commands ------------------------------------------------------------------------------------------------

void TestMonitorCommands::publish()
{
    Watched watched;
    SocketClient receiver(watched.broker.port());
    QVERIFY(letIn(receiver, "receiver"));
    QVERIFY(subscribe(receiver, "a", QoS::AtLeastOnce));
    PublishPacket packet = message("a", "x", QoS::AtLeastOnce);
    packet.properties.contentType = "text/plain";
    packet.properties.responseTopic = "answer";
    packet.properties.correlationData = "7";
    packet.properties.payloadFormatIndicator = 1;
    packet.properties.messageExpiryInterval = 60;
    packet.properties.userProperties = {{"k", "v"}};
    Answered<CommandAnswer> answer;
    watched.source->publish(packet, {}, answer.callback());
    QVERIFY(answer.wait());
    QVERIFY(answer->isSuccess());
    const std::optional<PublishPacket> got = waitFor<PublishPacket>(receiver);
    QVERIFY(got.has_value());
    packet.packetId = got->packetId;
    QVERIFY(*got == packet);

    Answered<CommandAnswer> refused;
    watched.source->publish(message("a/#", "x"), {}, refused.callback());
    QVERIFY(refused.wait());
    QVERIFY(!refused->isSuccess());
    QVERIFY(refused->error.endsWith(u'.'));
}

void TestMonitorCommands::publishAs()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    SubscribePacket own = subscription("a", QoS::AtMostOnce);
    own.entries[0].noLocal = true;
    client.send(own);
    QVERIFY(waitFor<SubackPacket>(client));
    Answered<CommandAnswer> answer;
    watched.source->publish(message("a", "x"), "pump", answer.callback());
    QVERIFY(answer.wait());
    QVERIFY2(answer->isSuccess(), qPrintable(answer->error));
    QTRY_COMPARE(watched.log.messageTexts(), std::vector<QByteArray>{"a from pump"});
    QCOMPARE(watched.log.messages[0].receivers, 0u); // no local
    Answered<CommandAnswer> nobody;
    watched.source->publish(message("a", "x"), "nobody", nobody.callback());
    QVERIFY(nobody.wait());
    QVERIFY(!nobody->isSuccess());
    Answered<CommandAnswer> system;
    watched.source->publish(message("$SYS/x", "x"), "pump", system.callback());
    QVERIFY(system.wait());
    QCOMPARE(system->reason, ReasonCode::NotAuthorized);
}

void TestMonitorCommands::disconnectClients()
{
    Watched watched;
    SocketClient a(watched.broker.port());
    SocketClient b(watched.broker.port());
    QVERIFY(letIn(a, "a"));
    QVERIFY(letIn(b, "b"));
    Answered<CommandAnswer> answer;
    watched.source->disconnectClients({"a", "b", "nobody"}, ReasonCode::ServerBusy, "come later", answer.callback());
    QVERIFY(answer.wait());
    QVERIFY(answer->isSuccess());
    QCOMPARE(answer->done, quint64(2));
    const std::optional<DisconnectPacket> told = waitFor<DisconnectPacket>(a);
    QVERIFY(told.has_value());
    QCOMPARE(told->reason, ReasonCode::ServerBusy);
    QTRY_VERIFY(a.isClosed() && b.isClosed());
}

void TestMonitorCommands::bans()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "bad"));
    Answered<CommandAnswer> banned;
    watched.source->ban({BannedBy::ClientId, "bad", std::nullopt, "noise"}, banned.callback());
    QVERIFY(banned.wait());
    QVERIFY(banned->isSuccess());
    QCOMPARE(banned->done, quint64(1));
    QTRY_VERIFY(client.isClosed());
    QTRY_VERIFY(watched.log.bans && watched.log.bans->size() == 1);
    QCOMPARE(watched.log.bans->front().reason, QByteArray("noise"));
    SocketClient again(watched.broker.port());
    again.connect("bad");
    const std::optional<ConnackPacket> connack = waitFor<ConnackPacket>(again);
    QVERIFY(connack.has_value());
    QCOMPARE(connack->reason, ReasonCode::Banned);
    Answered<CommandAnswer> lifted;
    watched.source->liftBan(BannedBy::ClientId, "bad", lifted.callback());
    QVERIFY(lifted.wait());
    QVERIFY(lifted->isSuccess());
    QTRY_VERIFY(watched.log.bans->empty());
    Answered<CommandAnswer> gone;
    watched.source->liftBan(BannedBy::ClientId, "bad", gone.callback());
    QVERIFY(gone.wait());
    QVERIFY(!gone->isSuccess());
}

void TestMonitorCommands::endSessions()
{
    Watched watched;
    QVERIFY(watched.attach());
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, lasting("pump")));
    Answered<CommandAnswer> answer;
    watched.source->endSessions({"pump"}, answer.callback());
    QVERIFY(answer.wait());
    QCOMPARE(answer->done, quint64(1));
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::SessionEnded, "pump"));
    watched.source->refresh();
    QTRY_COMPARE(watched.log.snapshots, 2);
    QVERIFY(watched.log.snapshot->clients.empty());
}

void TestMonitorCommands::clearQueue()
{
    Watched watched;
    QVERIFY(watched.attach());
    {
        SocketClient client(watched.broker.port());
        QVERIFY(letIn(client, lasting("away")));
        QVERIFY(subscribe(client, "a", QoS::AtLeastOnce));
    }
    QTRY_VERIFY(watched.log.event(ConnectionEventKind::Disconnected, "away"));
    watched.source->publish(message("a", "x", QoS::AtLeastOnce), {}, {});
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Queued, "away"));
    Answered<CommandAnswer> answer;
    watched.source->clearQueue("away", answer.callback());
    QVERIFY(answer.wait());
    QVERIFY(answer->isSuccess());
    QTRY_VERIFY(watched.log.hasStep(DeliveryStep::Dropped, "away"));
    QCOMPARE(watched.log.delivery(DeliveryStep::Dropped, "away")->drop, DropReason::QueueCleared);
}

void TestMonitorCommands::subscribeForAClient()
{
    Watched watched;
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "pump"));
    Answered<CommandAnswer> answer;
    watched.source->subscribe("pump",
        {{"a", QoS::AtLeastOnce, false, false, RetainHandling::SendAlways},
            {"a/#/b", QoS::AtMostOnce, false, false, RetainHandling::SendAlways}},
        9, answer.callback());
    QVERIFY(answer.wait());
    QCOMPARE(answer->reasons, std::vector<ReasonCode>({ReasonCode::GrantedQoS1, ReasonCode::TopicFilterInvalid}));
    QVERIFY(!answer->isSuccess());
    watched.source->publish(message("a", "x"), {}, {});
    const std::optional<PublishPacket> got = waitFor<PublishPacket>(client);
    QVERIFY(got.has_value());
    QCOMPARE(got->properties.subscriptionIdentifiers, std::vector<quint32>{9});
    Answered<CommandAnswer> gone;
    watched.source->unsubscribe("pump", {"a"}, gone.callback());
    QVERIFY(gone.wait());
    QVERIFY(gone->isSuccess());
}

// --- retained ------------------------------------------------------------------------------------------------

namespace {

void retain(Watched &watched, const std::vector<QByteArray> &topics)
{
    for (const QByteArray &topic : topics) {
        PublishPacket packet = message(topic, "value of " + topic, QoS::AtLeastOnce);
        packet.retain = true;
        packet.properties.userProperties = {{"unit", "K"}};
        packet.properties.messageExpiryInterval = 1'000;
        Answered<CommandAnswer> answer;
        watched.source->publish(packet, {}, answer.callback());
        QVERIFY(answer.wait());
    }
}

std::vector<QByteArray> topicsOf(const std::vector<MessagePtr> &messages)
{
    std::vector<QByteArray> topics;
    for (const MessagePtr &each : messages)
        topics.push_back(each->topic().toByteArray());
    return topics;
}

} // namespace

void TestMonitorCommands::retainedDeletedAndRestored()
{
    Watched watched;
    retain(watched, {"a", "b", "c"});
    SocketClient listener(watched.broker.port());
    QVERIFY(letIn(listener, "listener"));
    Answered<DeletedRetained> deleted;
    watched.source->deleteRetained({"a", "c", "nothing"}, deleted.callback());
    QVERIFY(deleted.wait());
    QVERIFY(deleted->answer.isSuccess());
    QCOMPARE(topicsOf(deleted->messages), std::vector<QByteArray>({"a", "c"}));
    Answered<RetainedPage> page;
    watched.source->retained("+", {}, 10, page.callback());
    QVERIFY(page.wait());
    QCOMPARE(topicsOf(page->messages), std::vector<QByteArray>{"b"});

    PublishPacket newer = message("c", "newer");
    newer.retain = true;
    Answered<CommandAnswer> published;
    watched.source->publish(newer, {}, published.callback());
    QVERIFY(published.wait());
    Answered<CommandAnswer> restored;
    watched.source->restoreRetained(deleted->messages, restored.callback());
    QVERIFY(restored.wait());
    QVERIFY(restored->isSuccess());
    QCOMPARE(restored->done, quint64(1)); // the newer one stands
    QVERIFY(subscribe(listener, "a", QoS::AtLeastOnce));
    const std::optional<PublishPacket> got = waitFor<PublishPacket>(listener);
    QVERIFY(got.has_value());
    QCOMPARE(got->payload, QByteArray("value of a"));
    QCOMPARE(got->qos, QoS::AtLeastOnce);
    QCOMPARE(got->properties.userProperties, std::vector<UserProperty>({{"unit", "K"}}));
    QVERIFY(got->properties.messageExpiryInterval.value_or(0) <= 1'000);
    QVERIFY(got->properties.messageExpiryInterval.value_or(0) > 900);
}

void TestMonitorCommands::retainedDeletedByFilter()
{
    Watched watched;
    retain(watched, {"site/1/t", "site/2/t", "other"});
    Answered<RetainedCount> count;
    watched.source->countRetained("site/#", count.callback());
    QVERIFY(count.wait());
    QCOMPARE(count->messages, quint64(2));
    QCOMPARE(count->bytes, quint64(2 * QByteArray("value of site/1/t").size()));
    Answered<DeletedRetained> deleted;
    watched.source->deleteRetainedMatching("site/#", deleted.callback());
    QVERIFY(deleted.wait());
    QCOMPARE(deleted->answer.done, quint64(2));
    QCOMPARE(topicsOf(deleted->messages), std::vector<QByteArray>({"site/1/t", "site/2/t"}));
    Answered<DeletedRetained> bad;
    watched.source->deleteRetainedMatching("site/#/x", bad.callback());
    QVERIFY(bad.wait());
    QVERIFY(!bad->answer.isSuccess());
}

void TestMonitorCommands::retainedPages()
{
    constexpr int count = 5'000; // more than one step
    Watched watched;
    watched.broker.inThread([&] {
        for (int i = 0; i < count; ++i) {
            PublishPacket packet = message("t/" + QByteArray::number(10'000 + i), "x");
            packet.retain = true;
            watched.broker.broker().publish(packet);
        }
    });
    Answered<RetainedPage> first;
    watched.source->retained("t/#", {}, 3'000, first.callback());
    QVERIFY(first.wait());
    QCOMPARE(first->messages.size(), size_t(3'000));
    QVERIFY(first->hasMore);
    Answered<RetainedPage> second;
    watched.source->retained("t/#", first->messages.back()->topic().toByteArray(), 3'000, second.callback());
    QVERIFY(second.wait());
    QCOMPARE(second->messages.size(), size_t(2'000));
    QVERIFY(!second->hasMore);
    QCOMPARE(second->messages.front()->topic(), QByteArrayView("t/13000"));
    Answered<DeletedRetained> deleted;
    watched.source->deleteRetainedMatching("t/#", deleted.callback());
    QVERIFY(deleted.wait());
    QCOMPARE(deleted->messages.size(), size_t(count));
    Answered<CommandAnswer> restored;
    watched.source->restoreRetained(deleted->messages, restored.callback());
    QVERIFY(restored.wait());
    QCOMPARE(restored->done, quint64(count));
}

// --- queries -------------------------------------------------------------------------------------------------

void TestMonitorCommands::findReceivers()
{
    Watched watched;
    SocketClient a(watched.broker.port());
    QVERIFY(letIn(a, "a"));
    QVERIFY(subscribe(a, "site/+/t", QoS::AtMostOnce));
    QVERIFY(subscribe(a, "site/#", QoS::ExactlyOnce));
    SocketClient b(watched.broker.port());
    QVERIFY(letIn(b, "b"));
    QVERIFY(subscribe(b, "$share/g/site/#", QoS::AtLeastOnce));
    SocketClient c(watched.broker.port());
    QVERIFY(letIn(c, "c"));
    QVERIFY(subscribe(c, "$share/g/site/#", QoS::AtLeastOnce));
    SubscribePacket own = subscription("site/1/t", QoS::AtLeastOnce);
    own.entries[0].noLocal = true;
    c.send(own);
    QVERIFY(waitFor<SubackPacket>(c));

    for (int i = 0; i < 2; ++i) { // nothing is used up
        Answered<MatchReport> report;
        watched.source->findReceivers("site/1/t", "c", QoS::AtLeastOnce, report.callback());
        QVERIFY(report.wait());
        QVERIFY(report->error.isEmpty());
        QVERIFY(report->publish.isAllowed);
        QCOMPARE(report->receivers.size(), size_t(3));
        QCOMPARE(report->receivers[0].clientId, QByteArray("a"));
        QCOMPARE(report->receivers[0].qos, QoS::AtLeastOnce);
        QCOMPARE(report->receivers[0].filters.size(), size_t(2));
        QCOMPARE(report->receivers[1].clientId, QByteArray("b"));
        QCOMPARE(report->receivers[1].group, QByteArray("g"));
        QVERIFY(report->receivers[1].isNext);
        QVERIFY(!report->receivers[2].isNext);
        QCOMPARE(report->receiverCount, quint64(2));
        QCOMPARE(report->nearMisses.size(), size_t(1));
        QCOMPARE(report->nearMisses[0].why, NearMiss::Why::NoLocal);
    }
    Answered<MatchReport> bad;
    watched.source->findReceivers("site/+", {}, QoS::AtMostOnce, bad.callback());
    QVERIFY(bad.wait());
    QVERIFY(!bad->error.isEmpty());
}

void TestMonitorCommands::findReceiversWithRights()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("acl")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("topic read open/#\n\npattern write mine/%c\npattern read mine/%c\npattern deny secret\n");
    file.close();
    BrokerOptions options;
    options.aclFile = file.fileName();
    Watched watched(options);
    SocketClient a(watched.broker.port());
    QVERIFY(letIn(a, "a"));
    QVERIFY(subscribe(a, "#", QoS::AtMostOnce));
    Answered<MatchReport> open;
    watched.source->findReceivers("open/x", "a", QoS::AtMostOnce, open.callback());
    QVERIFY(open.wait());
    QVERIFY(!open->publish.isAllowed);
    QCOMPARE(open->receivers.size(), size_t(1));
    QVERIFY(open->receivers[0].right.isAllowed);
    QVERIFY(open->receivers[0].right.rule.contains(QLatin1String("Line 1 ")));
    Answered<MatchReport> closed;
    watched.source->findReceivers("mine/b", {}, QoS::AtMostOnce, closed.callback());
    QVERIFY(closed.wait());
    QVERIFY(closed->publish.isAllowed); // the broker itself
    QVERIFY(!closed->receivers[0].right.isAllowed);
    QCOMPARE(closed->receiverCount, quint64(0));
}

void TestMonitorCommands::rightsOf()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("acl"));
    const auto write = [&path](const QByteArray &text) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QVERIFY(write("topic read open/#\nuser u\ntopic own/#\n\npattern write mine/%c\npattern deny secret\n"));
    BrokerOptions options;
    options.aclFile = path;
    Watched watched(options);
    watched.broker.inThread([&watched] {
        watched.broker.broker().setAuthorizeSubscribeHandler(
            [](const ClientInfo &, SubscribeEntry entry, const Answer<SubscribeDecision> &answer) {
                answer(SubscribeDecision::accept(std::move(entry)));
            });
    });
    SocketClient a(watched.broker.port());
    QVERIFY(letIn(a, lasting("a")));
    const auto told = [&watched](const QByteArray &clientId) {
        Answered<RightsReport> rights;
        watched.source->rightsOf(clientId, rights.callback());
        return rights.wait() ? *rights.operator->() : RightsReport();
    };
    const RightsReport rights = told("a");
    QCOMPARE(rights.error, QString());
    QCOMPARE(rights.aclFile, path);
    QVERIFY(rights.isSubscribeAsked && !rights.isPublishAsked && !rights.isForwardAsked);
    QCOMPARE(rights.rules.size(), size_t(3));
    QCOMPARE(rights.rules[0].line, 1);
    QCOMPARE(rights.rules[0].text, QByteArray("topic read open/#"));
    QVERIFY(rights.rules[0].isToReceive && !rights.rules[0].isToPublish && !rights.rules[0].isForEverybody);
    QCOMPARE(rights.rules[1].filter, QByteArray("secret"));
    QVERIFY(rights.rules[1].isDenial && rights.rules[1].isForEverybody);
    QCOMPARE(rights.rules[2].line, 5);
    QCOMPARE(rights.rules[2].text, QByteArray("pattern write mine/%c"));
    QCOMPARE(rights.rules[2].filter, QByteArray("mine/a"));
    QVERIFY(rights.rules[2].isToPublish && !rights.rules[2].isToReceive);
    QVERIFY(!told("nobody").error.isEmpty());

    // Those that are in force, not those of the file.
    QVERIFY(write("topic deny #\n"));
    QCOMPARE(told("a").rules.size(), size_t(3));
    bool isReloaded = false;
    watched.broker.inThread([&] { isReloaded = watched.broker.broker().reload(silent(options), {}); });
    QVERIFY(isReloaded);
    const RightsReport reloaded = told("a");
    QCOMPARE(reloaded.rules.size(), size_t(1));
    QVERIFY(reloaded.rules[0].isDenial);
}

void TestMonitorCommands::rightsWithoutAnAccessList()
{
    BrokerOptions options;
    options.allowSystemTopics = false;
    Watched watched(options);
    SocketClient a(watched.broker.port());
    QVERIFY(letIn(a, "a"));
    Answered<RightsReport> rights;
    watched.source->rightsOf("a", rights.callback());
    QVERIFY(rights.wait());
    QCOMPARE(rights->error, QString());
    QVERIFY(rights->aclFile.isEmpty() && rights->rules.empty());
    QVERIFY(!rights->isSubscribeAsked && !rights->hasSystemTopics);
}

void TestMonitorCommands::nearMisses_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<int>("why"); // -1: none
    QTest::addColumn<int>("level");
    const auto row = [](const char *filter, const char *topic, int why, int level) {
        QTest::newRow(qPrintable(QString::fromLatin1("%1 and %2").arg(QLatin1String(filter), QLatin1String(topic))))
            << QByteArray(filter) << QByteArray(topic) << why << level;
    };
    row("site/1/temp", "site/2/temp", int(NearMiss::Why::OneLevelDiffers), 1);
    row("site/+/temp", "site/2/hum", int(NearMiss::Why::OneLevelDiffers), 2);
    row("Site/1/#", "site/1/temp", int(NearMiss::Why::CaseDiffers), 0);
    row("site/+", "site/1/temp", int(NearMiss::Why::LevelCountDiffers), 2);
    row("site/1/temp/raw", "site/1/temp", int(NearMiss::Why::LevelCountDiffers), 3);
    row("#", "$SYS/broker", int(NearMiss::Why::DollarTopic), 0);
    row("+/broker", "$SYS/broker", int(NearMiss::Why::DollarTopic), 0);
    row("/site/1", "site/1", int(NearMiss::Why::LeadingSlash), -1);
    row("site/1", "site/1/", int(NearMiss::Why::LeadingSlash), -1);
    row("a/b/c", "x/y/z", -1, -1);
    row("a", "b", -1, -1);
}

void TestMonitorCommands::nearMisses()
{
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArray, topic);
    QFETCH(const int, why);
    QFETCH(const int, level);
    Watched watched;
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, "a"));
    QVERIFY(subscribe(client, filter, QoS::AtMostOnce));
    Answered<MatchReport> report;
    watched.source->findReceivers(topic, {}, QoS::AtMostOnce, report.callback());
    QVERIFY(report.wait());
    QVERIFY(report->receivers.empty());
    QCOMPARE(report->nearMisses.size(), size_t(why < 0 ? 0 : 1));
    if (why >= 0) {
        QCOMPARE(int(report->nearMisses[0].why), why);
        QCOMPARE(report->nearMisses[0].level, level);
        QCOMPARE(report->nearMisses[0].filter, filter);
    }
}

void TestMonitorCommands::queueOf()
{
    BrokerOptions options;
    options.maximumInflight = 2;
    Watched watched(options);
    SocketClient client(watched.broker.port());
    QVERIFY(letIn(client, lasting("slow")));
    QVERIFY(subscribe(client, "a", QoS::AtLeastOnce));
    for (int i = 0; i < 5; ++i) {
        Answered<CommandAnswer> answer;
        watched.source->publish(message("a", QByteArray::number(i), QoS::AtLeastOnce), {}, answer.callback());
        QVERIFY(answer.wait());
    }
    Answered<QueueContents> contents;
    watched.source->queueOf("slow", 2, contents.callback());
    QVERIFY(contents.wait());
    QCOMPARE(contents->inflight.size(), size_t(2));
    QCOMPARE(contents->inflight[0].stage, WaitingMessage::Stage::Sent);
    QVERIFY(contents->inflight[0].packetId > 0);
    QCOMPARE(contents->queuedMessages, quint64(3));
    QCOMPARE(contents->queued.size(), size_t(2));
    QCOMPARE(contents->queued[0].message->payload(), QByteArrayView("2"));
    Answered<QueueContents> nobody;
    watched.source->queueOf("nobody", 2, nobody.callback());
    QVERIFY(nobody.wait());
    QVERIFY(!nobody->error.isEmpty());
}

QTEST_GUILESS_MAIN(TestMonitorCommands)
#include "tst_monitorcommands.moc"
