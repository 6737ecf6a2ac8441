#include "monitor/lifetopics.h"

#include <QJsonDocument>
#include <QTest>

using namespace pigeon;

namespace {

ClientInfo clientOf(const QByteArray &id, ProtocolVersion version = ProtocolVersion::Mqtt311)
{
    ClientInfo client;
    client.clientId = id;
    client.version = version;
    return client;
}

GrantedSubscription granted(const QByteArray &filter, ReasonCode reason)
{
    GrantedSubscription subscription;
    subscription.entry.filter = filter;
    subscription.entry.maximumQoS = QoS::ExactlyOnce; // what was asked for: not what counts
    subscription.granted = reason;
    return subscription;
}

} // namespace

/// $SYS/<broker id>/...: aedes's topics and payloads, which Pigeon's programs listen for.
class TestLifeTopics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsAreBarePayloads();
    void subscriptions_data();
    void subscriptions();
    void unsubscriptions();
    void bothNamesAreUsed();
};

void TestLifeTopics::idsAreBarePayloads()
{
    QCOMPARE(lifetopics::birth("b1"), (SystemMessage{"$SYS/b1/birth", "b1"}));
    QCOMPARE(lifetopics::heartbeat("b1"), (SystemMessage{"$SYS/b1/heartbeat", "b1"}));
    QCOMPARE(lifetopics::newClient("b1", clientOf("c/ö")), (SystemMessage{"$SYS/b1/new/clients", "c/ö"}));
    QCOMPARE(lifetopics::clientGone("b1", clientOf("c")), (SystemMessage{"$SYS/b1/disconnect/clients", "c"}));
}

void TestLifeTopics::subscriptions_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QList<GrantedSubscription>>("subscriptions");
    QTest::addColumn<QByteArray>("payload");
    const auto v311 = ProtocolVersion::Mqtt311;
    QTest::newRow("one") << v311 << QList{granted("a/+", ReasonCode::GrantedQoS1)}
                         << QByteArray(R"({"clientId":"c","subs":[{"qos":1,"topic":"a/+"}]})");
    QTest::newRow("in order")
        << v311 << QList{granted("z", ReasonCode::Success), granted("a", ReasonCode::GrantedQoS2)}
        << QByteArray(R"({"clientId":"c","subs":[{"qos":0,"topic":"z"},{"qos":2,"topic":"a"}]})");
    QTest::newRow("refused")
        << v311 << QList{granted("a", ReasonCode::NotAuthorized), granted("b", ReasonCode::UnspecifiedError)}
        << QByteArray(R"({"clientId":"c","subs":[{"qos":128,"topic":"a"},{"qos":128,"topic":"b"}]})");
    QTest::newRow("repeated: the last one counts")
        << v311
        << QList{granted("a", ReasonCode::Success), granted("b", ReasonCode::Success), granted("a", ReasonCode::GrantedQoS1)}
        << QByteArray(R"({"clientId":"c","subs":[{"qos":1,"topic":"a"},{"qos":0,"topic":"b"}]})");
    QTest::newRow("not ASCII, quotes") << v311 << QList{granted("ö/\"x\"", ReasonCode::Success)}
                                       << QByteArray(R"({"clientId":"c","subs":[{"qos":0,"topic":"ö/\"x\""}]})");
    GrantedSubscription full = granted("a", ReasonCode::GrantedQoS1);
    full.entry.noLocal = true;
    full.entry.retainAsPublished = true;
    full.entry.retainHandling = RetainHandling::DoNotSend;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5 << QList{full}
                         << QByteArray(
                                R"({"clientId":"c","subs":[{"nl":true,"qos":1,"rap":true,"rh":2,"topic":"a"}]})");
}

void TestLifeTopics::subscriptions()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QList<GrantedSubscription>, subscriptions);
    QFETCH(QByteArray, payload);
    const std::vector<SystemMessage> told = lifetopics::subscribed(
        "b1", clientOf("c", version), std::vector(subscriptions.begin(), subscriptions.end()));
    QCOMPARE(QJsonDocument::fromJson(told.front().payload), QJsonDocument::fromJson(payload));
    QVERIFY(!told.front().payload.contains('\n'));
}

void TestLifeTopics::unsubscriptions()
{
    const std::vector<SystemMessage> told = lifetopics::unsubscribed("b1", clientOf("c"), {"a/#", "never/there"});
    QCOMPARE(told.front().payload, QByteArray(R"({"clientId":"c","subs":["a/#","never/there"]})"));
}

void TestLifeTopics::bothNamesAreUsed()
{
    const auto news = lifetopics::subscribed("b1", clientOf("c"), {granted("a", ReasonCode::Success)});
    QCOMPARE(news.size(), size_t(2));
    QCOMPARE(news[0].topic, QByteArray("$SYS/b1/new/subscribes"));
    QCOMPARE(news[1], (SystemMessage{"$SYS/b1/new/subscribers", news[0].payload}));
    const auto ends = lifetopics::unsubscribed("b1", clientOf("c"), {"a"});
    QCOMPARE(ends.size(), size_t(2));
    QCOMPARE(ends[0].topic, QByteArray("$SYS/b1/new/unsubscribes"));
    QCOMPARE(ends[1], (SystemMessage{"$SYS/b1/new/unsubscribers", ends[0].payload}));
}

QTEST_APPLESS_MAIN(TestLifeTopics)
#include "tst_lifetopics.moc"
