#include "storage/database.h"
#include "storage/storefixture.h"

#include <QDeadlineTimer>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

/// Everything of a message that is kept, for comparing.
QByteArrayList partsOf(const MessagePtr &message)
{
    return {message->topic().toByteArray(), message->payload().toByteArray(), message->properties().toByteArray(),
        QByteArray::number(int(message->qos())), QByteArray::number(message->isRetained()),
        QByteArray::number(qint64(message->arrival().count())),
        message->expirySeconds() ? QByteArray::number(*message->expirySeconds()) : "never",
        message->origin()->clientId, message->origin()->userName, message->origin()->address};
}

MessagePtr fullMessage(QByteArrayView payload, std::optional<quint32> expirySeconds)
{
    static const QByteArray properties("\x01\x01\x08\x00\x01r\x26\x00\x01k\x00\x01v", 13); // 3 of the 5
    MessageParts parts;
    parts.topic = "a/\xC3\xA4/topic";
    parts.payload = payload;
    parts.properties = properties;
    parts.qos = QoS::ExactlyOnce;
    parts.retain = true;
    parts.origin = Origin::create("pub\xC3\xA4", "user", "[::1]:1883");
    parts.arrival = wallTime();
    parts.expirySeconds = expirySeconds;
    return Message::create(parts);
}

StoredWill fullWill(std::optional<std::chrono::milliseconds> dueAt)
{
    StoredWill will;
    will.fields.topic = "last/words";
    will.fields.payload = QByteArray("\0\xFF", 2);
    will.fields.qos = QoS::AtLeastOnce;
    will.fields.retain = true;
    will.fields.properties.willDelayInterval = 30;
    will.fields.properties.payloadFormatIndicator = 0;
    will.fields.properties.messageExpiryInterval = 600;
    will.fields.properties.contentType = "text";
    will.fields.properties.responseTopic = "answer";
    will.fields.properties.correlationData = QByteArray("\0c", 2);
    will.fields.properties.userProperties = {{"k", "1"}, {"k", "2"}};
    will.userName = "user";
    will.address = "192.0.2.1:5";
    will.dueAt = dueAt;
    return will;
}

} // namespace

/// What is committed comes back when the store is opened again, with everything that belongs to it.
class TestStoreContents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyStoreHasNothing();
    void aCommitOfNothingIsDurableAtOnce();
    void sessionsComeBack();
    void subscriptionsComeBack();
    void deliveriesComeBack();
    void messagesComeBack_data();
    void messagesComeBack();
    void receiversShareTheirMessageAgain();
    void inboundIdsComeBack();
    void retainedMessagesComeBack();
    void willsComeBack();
    void aWillWithoutASession();

    void expiredMessagesAreNotTold();
    void whatIsUnderWayOutlivesItsExpiry();
    void endedSessionsAreNotTold();
    void endedSessionsThatOthersDependOnAreTold();

    void boundsLeaveTheRestInTheStore();
    void whatIsUnderWayBehindTheBoundIsTold();
    void numbersAreNeverUsedTwice();
    void expiryDoesNotTakeNumbersBack();
    void fetchGoesOnWhereLoadEnded();
    void fetchSeesWhatWasCommittedBefore();
    void fetchSeesWhatWasNoted();
    void fetchDoesNotHurryWhatItDoesNotShow();
    void fetchOfAnUnknownClientHasNothing();

    void ticketsAreToldOnceAndInOrder();
    void waitingBytesAreCounted();
    void whatIsCommittedWhileItFlushesIsFlushed();
    void whoIsToldMayFlush();
    void destructionKeepsWhatWasCommitted();
    void relaxedIsDurableAtOnceAndWritten();
    void relaxedWaitsWhenTooMuchIsToBeWritten();
};

void TestStoreContents::anEmptyStoreHasNothing()
{
    StoreFixture fixture;
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    QVERIFY(fixture.store->keeps());
    const LoadedState state = fixture.load();
    QVERIFY(state.sessions.empty());
    QVERIFY(state.retained.empty());
    QVERIFY(!fixture.store->health().isFailing);
    QCOMPARE(fixture.store->health().text, QByteArray());
}

void TestStoreContents::aCommitOfNothingIsDurableAtOnce()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QCOMPARE(fixture.commit({}), Ticket(0));
    QVERIFY(fixture.commit(change::RemoveWill{"nobody"}) != 0);
}

void TestStoreContents::sessionsComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const auto endsAt = fromNow(1h);
    fixture.commit(change::PutSession{{"connected", "", 0xFFFFFFFF, std::nullopt}},
        change::PutSession{{"leaving", "user", 60, std::nullopt}}, change::PutSession{{"leaving", "other", 120, endsAt}});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.size(), size_t(2));
    const StoredSession &connected = state.sessions.at("connected").session;
    QCOMPARE(connected.expirySeconds, 0xFFFFFFFFu);
    QVERIFY(!connected.endsAt);
    QVERIFY(connected.userName.isEmpty());
    const StoredSession &leaving = state.sessions.at("leaving").session;
    QCOMPARE(leaving.userName, QByteArray("other"));
    QCOMPARE(leaving.expirySeconds, 120u);
    QVERIFY(leaving.endsAt == endsAt);
}

void TestStoreContents::subscriptionsComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")},
        change::PutSubscription{"c", {"$share/g/a/+", QoS::ExactlyOnce, true, false, 268'435'455}},
        change::PutSubscription{"c", {"#", QoS::AtMostOnce, false, true, 0}}, change::PutSubscription{"c", {"gone"}},
        change::RemoveSubscription{"c", "gone"});
    fixture.commit(change::PutSubscription{"c", {"#", QoS::AtLeastOnce, false, true, 3}});
    const LoadedState state = fixture.reopenAndLoad();
    const std::vector<StoredSubscription> &subscriptions = state.sessions.at("c").subscriptions;
    QCOMPARE(subscriptions.size(), size_t(2));
    QCOMPARE(subscriptions[0].filter, QByteArray("#"));
    QCOMPARE(subscriptions[0].maximumQoS, QoS::AtLeastOnce);
    QCOMPARE(subscriptions[0].identifier, 3u);
    QVERIFY(subscriptions[0].retainAsPublished && !subscriptions[0].noLocal);
    QCOMPARE(subscriptions[1].filter, QByteArray("$share/g/a/+"));
    QCOMPARE(subscriptions[1].maximumQoS, QoS::ExactlyOnce);
    QCOMPARE(subscriptions[1].identifier, 268'435'455u);
    QVERIFY(!subscriptions[1].retainAsPublished && subscriptions[1].noLocal);
}

void TestStoreContents::deliveriesComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoredDelivery full;
    full.number = 2;
    full.message = makeMessage("t", "full");
    full.qos = QoS::ExactlyOnce;
    full.retain = true;
    full.isForwardAsked = true;
    full.subscriptionIdentifiers = {1, 268'435'455};
    full.sharedFilter = "$share/g/t";
    full.stage = DeliveryStage::Sent;
    full.packetId = 65'535;
    fixture.commit(change::PutSession{makeSession("c")}, change::AddDelivery{"c", full},
        addDelivery("c", 1, makeMessage("t", "plain")));
    fixture.flush();
    fixture.commit(change::UpdateDelivery{"c", 1, DeliveryStage::Released, 12});
    const LoadedState state = fixture.reopenAndLoad();
    const std::vector<StoredDelivery> &deliveries = state.sessions.at("c").deliveries;
    QCOMPARE(deliveries.size(), size_t(2));
    QCOMPARE(deliveries[0].number, quint64(1));
    QCOMPARE(deliveries[0].stage, DeliveryStage::Released);
    QCOMPARE(deliveries[0].packetId, quint16(12));
    QCOMPARE(deliveries[0].qos, QoS::AtLeastOnce);
    QVERIFY(deliveries[0].sharedFilter.isEmpty() && deliveries[0].subscriptionIdentifiers.empty());
    QCOMPARE(deliveries[1].number, full.number);
    QCOMPARE(deliveries[1].qos, full.qos);
    QCOMPARE(deliveries[1].retain, full.retain);
    QCOMPARE(deliveries[1].isForwardAsked, full.isForwardAsked);
    QCOMPARE(deliveries[1].subscriptionIdentifiers, full.subscriptionIdentifiers);
    QCOMPARE(deliveries[1].sharedFilter, full.sharedFilter);
    QCOMPARE(deliveries[1].stage, full.stage);
    QCOMPARE(deliveries[1].packetId, full.packetId);
    QCOMPARE(deliveries[1].message->payload().toByteArray(), QByteArray("full"));
}

void TestStoreContents::messagesComeBack_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<quint32>("expirySeconds"); // 0: never
    QTest::newRow("empty") << QByteArray() << 0u;
    QTest::newRow("small") << QByteArray("p\0q", 3) << 4'294'967'295u;
    QTest::newRow("a row of its own") << QByteArray(5'000, 'x') << 3'600u;
    QTest::newRow("large") << QByteArray(3'000'000, 'y') << 0u;
}

void TestStoreContents::messagesComeBack()
{
    QFETCH(QByteArray, payload);
    QFETCH(quint32, expirySeconds);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const MessagePtr message = fullMessage(payload, expirySeconds ? std::optional(expirySeconds) : std::nullopt);
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 1, message), change::PutRetained{message});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(partsOf(state.sessions.at("c").deliveries.at(0).message), partsOf(message));
    QCOMPARE(partsOf(state.retained.at("a/\xC3\xA4/topic")), partsOf(message));
    const std::vector<StoredDelivery> fetched = fixture.fetch("c", 0, 10);
    QCOMPARE(fetched.size(), size_t(1));
    QCOMPARE(partsOf(fetched[0].message), partsOf(message));
}

void TestStoreContents::receiversShareTheirMessageAgain()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const MessagePtr message = makeMessage("t", "shared");
    fixture.commit(change::PutSession{makeSession("c")}, change::PutSession{makeSession("d")},
        addDelivery("c", 1, message), addDelivery("d", 1, message), addDelivery("d", 2, makeMessage("t", "own")));
    const LoadedState state = fixture.reopenAndLoad();
    const auto &ofC = state.sessions.at("c").deliveries;
    const auto &ofD = state.sessions.at("d").deliveries;
    QCOMPARE(ofC.at(0).message.get(), ofD.at(0).message.get());
    QCOMPARE(ofD.at(0).message->payload().toByteArray(), QByteArray("shared"));
    QCOMPARE(ofD.at(1).message->payload().toByteArray(), QByteArray("own"));
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY(report.isSound);
    QVERIFY(report.isInUse);
    QCOMPARE(report.messages, quint64(2));
    QCOMPARE(report.queuedDeliveries, quint64(3));
}

void TestStoreContents::inboundIdsComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, change::AddInboundId{"c", 65'535},
        change::AddInboundId{"c", 1}, change::AddInboundId{"c", 2});
    fixture.flush();
    fixture.commit(change::RemoveInboundId{"c", 2});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.at("c").inboundIds, (std::vector<quint16>{1, 65'535}));
}

void TestStoreContents::retainedMessagesComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutRetained{makeMessage("a", "1")}, change::PutRetained{makeMessage("b", "2")},
        change::PutRetained{makeMessage("c", "3")});
    fixture.flush();
    fixture.commit(change::PutRetained{makeMessage("a", "newer")}, change::RemoveRetained{"b"});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.retained.size(), size_t(2));
    QCOMPARE(state.retained.at("a")->payload().toByteArray(), QByteArray("newer"));
    QCOMPARE(state.retained.at("c")->payload().toByteArray(), QByteArray("3"));
}

void TestStoreContents::willsComeBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const StoredWill due = fullWill(fromNow(30s));
    fixture.commit(change::PutSession{makeSession("c")}, change::PutWill{"c", due});
    const LoadedState state = fixture.reopenAndLoad();
    const std::optional<StoredWill> &will = state.sessions.at("c").will;
    QVERIFY(will);
    QVERIFY(will->fields == due.fields);
    QCOMPARE(will->userName, due.userName);
    QCOMPARE(will->address, due.address);
    QVERIFY(will->dueAt == due.dueAt);
    QCOMPARE(state.sessions.at("c").session.expirySeconds, 3'600u);
}

void TestStoreContents::aWillWithoutASession()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, change::PutWill{"c", fullWill(std::nullopt)},
        change::RemoveSession{"c"});
    const LoadedState state = fixture.reopenAndLoad();
    const RestoredSession &session = state.sessions.at("c");
    QCOMPARE(session.session.clientId, QByteArray("c"));
    QCOMPARE(session.session.expirySeconds, 0u);
    QVERIFY(session.will);
    QVERIFY(!session.will->dueAt);
}

void TestStoreContents::expiredMessagesAreNotTold()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const MessagePtr expired = makeMessage("old", "p", 60, fromNow(-61s));
    const MessagePtr live = makeMessage("new", "p", 60, fromNow(-10s));
    fixture.commit(change::PutSession{makeSession("c")}, change::PutSession{makeSession("d")},
        addDelivery("c", 1, expired), addDelivery("d", 1, expired), addDelivery("c", 2, live),
        change::PutRetained{expired}, change::PutRetained{live});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.at("c").deliveries.size(), size_t(1));
    QCOMPARE(state.sessions.at("c").deliveries[0].number, quint64(2));
    QVERIFY(state.sessions.at("d").deliveries.empty());
    QCOMPARE(state.sessions.at("d").unloaded.count, quint64(0));
    QCOMPARE(state.retained.size(), size_t(1));
    const StoreReport report = checkSqliteStore(fixture.file());
    QCOMPARE(report.queuedDeliveries, quint64(1)); // the others are gone, and with them their message
    QCOMPARE(report.messages, quint64(1));
    QCOMPARE(report.retained, quint64(1));
}

/// [MQTT-3.3.2-5] is about messages whose delivery has not begun.
void TestStoreContents::whatIsUnderWayOutlivesItsExpiry()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")},
        addDelivery("c", 1, makeMessage("t", "p", 60, fromNow(-61s))),
        change::UpdateDelivery{"c", 1, DeliveryStage::Released, 3});
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").deliveries.size(), size_t(1));
}

void TestStoreContents::endedSessionsAreNotTold()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{{"over", "", 60, fromNow(-1s)}}, addDelivery("over", 1, makeMessage("t", "p")),
        change::PutSubscription{"over", {"f"}}, change::AddInboundId{"over", 1},
        change::PutSession{{"waiting", "", 60, fromNow(60s)}});
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.size(), size_t(1));
    QVERIFY(state.sessions.contains("waiting"));
    const StoreReport report = checkSqliteStore(fixture.file());
    QCOMPARE(report.sessions, quint64(1));
    QCOMPARE(report.subscriptions + report.queuedDeliveries + report.inboundIds, quint64(0));
}

/// Its will is to be published, its part of a shared subscription goes to another member.
void TestStoreContents::endedSessionsThatOthersDependOnAreTold()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    change::AddDelivery shared = addDelivery("member", 1, makeMessage("t", "p"));
    shared.delivery.sharedFilter = "$share/g/t";
    fixture.commit(change::PutSession{{"willing", "", 60, fromNow(-1s)}}, change::PutWill{"willing", fullWill(fromNow(-1s))},
        change::PutSession{{"member", "", 60, fromNow(-1s)}}, shared);
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.size(), size_t(2));
    QVERIFY(state.sessions.at("willing").will);
    QCOMPARE(state.sessions.at("member").deliveries.size(), size_t(1));
}

void TestStoreContents::boundsLeaveTheRestInTheStore()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const MessagePtr message = makeMessage("t", "p");
    fixture.commit(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 10; ++number)
        fixture.commit(addDelivery("c", number, message));
    const LoadedState state = fixture.reopenAndLoad({3});
    const RestoredSession &session = state.sessions.at("c");
    QCOMPARE(session.deliveries.size(), size_t(3));
    QCOMPARE(session.deliveries.back().number, quint64(3));
    QCOMPARE(session.unloaded.count, quint64(7));
    QCOMPARE(session.unloaded.bytes, quint64(7 * message->memoryBytes()));
    QCOMPARE(session.unloaded.lastNumber, quint64(10));
    QCOMPARE(fixture.load({0}).sessions.at("c").unloaded.count, quint64(10));
    QCOMPARE(fixture.load({10}).sessions.at("c").unloaded.count, quint64(0));
    const auto bytes = static_cast<quint64>(message->memoryBytes());
    QCOMPARE(fixture.load({10, 2 * bytes}).sessions.at("c").unloaded.count, quint64(8));
    QCOMPARE(fixture.load({10, 1}).sessions.at("c").unloaded.count, quint64(9)); // one may always be told
}

void TestStoreContents::whatIsUnderWayBehindTheBoundIsTold()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 6; ++number)
        fixture.commit(addDelivery("c", number, makeMessage("t", "p")));
    fixture.commit(change::UpdateDelivery{"c", 1, DeliveryStage::Sent, 1}, change::UpdateDelivery{"c", 5, DeliveryStage::Sent, 2});
    const LoadedState state = fixture.reopenAndLoad({1});
    const RestoredSession &session = state.sessions.at("c");
    QCOMPARE(session.deliveries.size(), size_t(3)); // 1 and 5 under way, 2 queued
    QCOMPARE(session.deliveries[1].number, quint64(2));
    QCOMPARE(session.deliveries[2].number, quint64(5));
    QCOMPARE(session.unloaded.count, quint64(3));
}

void TestStoreContents::numbersAreNeverUsedTwice()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 41, makeMessage("t", "p")),
        addDelivery("c", 42, makeMessage("t", "p")));
    fixture.flush();
    fixture.commit(change::RemoveDelivery{"c", 42});
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").unloaded.lastNumber, quint64(42));
    fixture.commit(change::RemoveQueued{"c", 100});
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").unloaded.lastNumber, quint64(42));
    fixture.commit(change::RemoveSession{"c"}, change::PutSession{makeSession("c")}); // a new session begins anew
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").unloaded.lastNumber, quint64(0));
}

void TestStoreContents::expiryDoesNotTakeNumbersBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 9, makeMessage("t", "p", 60, fromNow(-61s))));
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").unloaded.lastNumber, quint64(9));
    QCOMPARE(fixture.reopenAndLoad().sessions.at("c").unloaded.lastNumber, quint64(9)); // now that its row is gone
}

void TestStoreContents::fetchGoesOnWhereLoadEnded()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 10; ++number)
        fixture.commit(addDelivery("c", number, makeMessage("t", QByteArray::number(number))));
    fixture.commit(change::UpdateDelivery{"c", 5, DeliveryStage::Sent, 1});
    fixture.reopenAndLoad({3});
    const std::vector<StoredDelivery> next = fixture.fetch("c", 3, 3);
    QCOMPARE(next.size(), size_t(3));
    QCOMPARE(next[0].number, quint64(4));
    QCOMPARE(next[1].number, quint64(6)); // 5 is under way
    QCOMPARE(next[2].number, quint64(7));
    QCOMPARE(next[2].message->payload().toByteArray(), QByteArray("7"));
    QCOMPARE(fixture.fetch("c", 7, 100).size(), size_t(3));
    QCOMPARE(fixture.fetch("c", 10, 100).size(), size_t(0));
}

void TestStoreContents::fetchSeesWhatWasCommittedBefore()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    for (quint64 number = 1; number <= 50; ++number) {
        fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", number, makeMessage("t", "p")));
        QCOMPARE(fixture.fetch("c", 0, 100).size(), size_t(number));
    }
}

void TestStoreContents::fetchSeesWhatWasNoted()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "1")),
        addDelivery("c", 2, makeMessage("t", "2")), addDelivery("c", 3, makeMessage("t", "3")));
    QVERIFY(fixture.flush());
    std::vector<quint64> fetched;
    fixture.note(changes(change::RemoveDelivery{"c", 2}));
    fixture.note(changes(addDelivery("c", 4, makeMessage("t", "4"))));
    fixture.store->fetch("c", 1, 10, [&fetched](StoreStatus, const std::vector<StoredDelivery> &deliveries) {
        for (const StoredDelivery &each : deliveries)
            fetched.push_back(each.number);
    });
    QTRY_COMPARE(fetched, (std::vector<quint64>{3, 4}));
}

/// What a client has been sent and acknowledges soon costs nothing when it fetches what comes next in between.
void TestStoreContents::fetchDoesNotHurryWhatItDoesNotShow()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    std::vector<StoreChange> all = changes(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 20; ++number)
        all.emplace_back(addDelivery("c", number, makeMessage("t", "p")));
    fixture.commit(std::move(all));
    QVERIFY(fixture.flush());
    const auto rowsOfTheirOwn = [&fixture] {
        return Database(fixture.file(), Database::Access::ReadOnly).number(QStringLiteral("SELECT count(*) FROM deliveries"));
    };
    int fetched = 0;
    int hurried = 0;
    for (quint64 number = 1; number <= 10; ++number) {
        fixture.note(changes(change::UpdateDelivery{"c", number, DeliveryStage::Sent, quint16(number)}));
        std::optional<size_t> answer;
        fixture.store->fetch("c", 10, 5, [&answer](StoreStatus, const std::vector<StoredDelivery> &deliveries) {
            answer = deliveries.size();
        });
        for (const QDeadlineTimer end(5s); !answer && !end.hasExpired();) // no polling: notes gather for 20 ms only
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
        QVERIFY(answer && *answer == 5);
        hurried += rowsOfTheirOwn() > 0; // a machine that is busy may take longer than notes gather
        fixture.note(changes(change::RemoveDelivery{"c", number}));
        QVERIFY(fixture.flush());
        QCOMPARE(rowsOfTheirOwn(), 0);
        ++fetched;
    }
    QVERIFY2(hurried < fetched, "each fetch wrote what was noted");
}

void TestStoreContents::fetchOfAnUnknownClientHasNothing()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.fetch("nobody", 0, 10).empty());
}

void TestStoreContents::ticketsAreToldOnceAndInOrder()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    std::vector<std::pair<Ticket, StoreStatus>> expected;
    for (int i = 0; i < 1'000; ++i)
        expected.emplace_back(fixture.commit(change::PutRetained{makeMessage("t", QByteArray::number(i))}), StoreStatus::Durable);
    QVERIFY(fixture.told.empty()); // never from inside of commit
    QTRY_COMPARE(fixture.told.size(), expected.size());
    QCOMPARE(fixture.told, expected);
}

void TestStoreContents::waitingBytesAreCounted()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QCOMPARE(fixture.store->waitingBytes(), quint64(0));
    fixture.commit(change::PutRetained{makeMessage("t", QByteArray(10'000, 'x'))});
    QVERIFY(fixture.store->waitingBytes() > 10'000);
    QVERIFY(fixture.flush());
    QCOMPARE(fixture.store->waitingBytes(), quint64(0));
}

/// No event loop runs meanwhile, and the one that is told may have more to keep.
void TestStoreContents::whatIsCommittedWhileItFlushesIsFlushed()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    std::vector<Ticket> told;
    fixture.store->setCompleted([&](Ticket ticket, Ticket, StoreStatus) {
        told.push_back(ticket);
        if (told.size() == 1)
            fixture.commit(changes(change::PutRetained{makeMessage("second", "2")}));
    });
    fixture.commit(changes(change::PutRetained{makeMessage("first", "1")}));
    fixture.store->flush();
    QCOMPARE(told, (std::vector<Ticket>{1, 2}));
}

/// One of three is not kept: who is told of the first and waits for all of them hears of each once, and what became of it.
void TestStoreContents::whoIsToldMayFlush()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "p")));
    QVERIFY(fixture.flush());
    std::vector<std::pair<Ticket, StoreStatus>> told;
    fixture.store->setCompleted([&](Ticket first, Ticket last, StoreStatus status) {
        for (Ticket ticket = first; ticket <= last; ++ticket)
            told.emplace_back(ticket, status);
        fixture.store->flush();
    });
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("A commit of 1 changes is not kept")));
    fixture.commit(change::PutRetained{makeMessage("a", "p")});
    fixture.commit(addDelivery("c", 1, makeMessage("t", "again")));
    fixture.commit(change::PutRetained{makeMessage("b", "p")});
    QTRY_COMPARE(told.size(), size_t(3));
    QCOMPARE(told[0], std::pair(Ticket(2), StoreStatus::Durable));
    QCOMPARE(told[1], std::pair(Ticket(3), StoreStatus::Failed));
    QCOMPARE(told[2], std::pair(Ticket(4), StoreStatus::Durable));
}

void TestStoreContents::destructionKeepsWhatWasCommitted()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    for (int i = 0; i < 500; ++i)
        fixture.commit(change::PutRetained{makeMessage(QByteArray::number(i), "p")});
    fixture.close();
    QVERIFY(fixture.told.empty()); // whoever destroys a store does not want to hear of it
    QVERIFY(!QFile::exists(fixture.file() + QStringLiteral("-wal")));
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY(report.isSound && !report.isInUse);
    QCOMPARE(report.retained, quint64(500));
}

void TestStoreContents::relaxedWaitsWhenTooMuchIsToBeWritten()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Relaxed;
    QVERIFY(fixture.open());
    QCOMPARE(fixture.commit(change::PutSession{makeSession("c")}), Ticket(0));
    Ticket ticket = 0;
    for (quint64 number = 1; ticket == 0 && number <= 100; ++number)
        ticket = fixture.commit(addDelivery("c", number, makeMessage("t", QByteArray(1024 * 1024, 'x'))));
    QVERIFY(ticket > 0);
    QVERIFY(fixture.flush());
    QCOMPARE(std::count(fixture.told.begin(), fixture.told.end(), std::pair(ticket, StoreStatus::Durable)), 1);
    QCOMPARE(fixture.commit(change::PutSession{makeSession("d")}), Ticket(0));
}

void TestStoreContents::relaxedIsDurableAtOnceAndWritten()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Relaxed;
    QVERIFY(fixture.open());
    QCOMPARE(fixture.commit(change::PutRetained{makeMessage("a", "p")}), Ticket(0));
    QCOMPARE(fixture.commit(change::PutRetained{makeMessage("b", "p")}), Ticket(0));
    QVERIFY(fixture.store->waitingBytes() > 0);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.store->waitingBytes(), quint64(0), 5'000);
    QCOMPARE(checkSqliteStore(fixture.file()).retained, quint64(2));
    QVERIFY(fixture.told.empty());
    fixture.commit(change::PutRetained{makeMessage("c", "p")});
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(3));
}

QTEST_GUILESS_MAIN(TestStoreContents)
#include "tst_storecontents.moc"
