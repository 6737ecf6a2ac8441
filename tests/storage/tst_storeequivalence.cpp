#include "storage/storefixture.h"
#include "support/latestore.h"

#include <random>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

/// Commits such as a broker makes them: parts are added to sessions that are there, numbers rise.
class RandomChanges
{
public:
    explicit RandomChanges(unsigned seed)
        : m_random(seed)
    {
    }
    std::vector<StoreChange> next()
    {
        std::vector<StoreChange> all;
        for (int left = pick(1, 6); left > 0; --left)
            all.push_back(one());
        return all;
    }
    int pick(int from, int to) { return std::uniform_int_distribution<int>(from, to)(m_random); }
    QByteArray client() { return "client" + QByteArray::number(pick(1, 5)); }

private:
    StoreChange one()
    {
        const QByteArray clientId = client();
        if (!m_lastNumbers.contains(clientId))
            return begin(clientId);
        switch (pick(0, 23)) {
        case 0:
            return end(clientId);
        case 1:
            return begin(clientId);
        case 2:
            return change::PutSubscription{clientId, {filter(), QoS(pick(0, 2)), pick(0, 1) == 1, pick(0, 1) == 1, quint32(pick(0, 9))}};
        case 3:
            return change::RemoveSubscription{clientId, filter()};
        case 4:
            return change::AddInboundId{clientId, quint16(pick(1, 5))};
        case 5:
            return change::RemoveInboundId{clientId, quint16(pick(1, 5))};
        case 6:
            return change::PutRetained{message()};
        case 7:
            return change::RemoveRetained{topic()};
        case 8:
            return change::PutWill{client(), will()};
        case 9:
            return change::RemoveWill{client()};
        case 10:
            return change::RemoveQueued{clientId, number(clientId)};
        case 11:
        case 12:
        case 13:
        case 14:
            return update(clientId);
        case 15:
        case 16:
        case 17:
            return change::RemoveDelivery{clientId, number(clientId)};
        default:
            return add(clientId);
        }
    }
    StoreChange update(const QByteArray &clientId)
    {
        const auto stage = DeliveryStage(pick(0, 2));
        const auto packetId = stage == DeliveryStage::Queued ? quint16(0) : quint16(pick(1, 9));
        return change::UpdateDelivery{clientId, number(clientId), stage, packetId};
    }
    StoreChange begin(const QByteArray &clientId)
    {
        m_lastNumbers.insert(clientId, m_lastNumbers.value(clientId, 0));
        return change::PutSession{{clientId, "user", quint32(pick(1, 99)), pick(0, 1) ? std::optional(fromNow(1h)) : std::nullopt}};
    }
    StoreChange end(const QByteArray &clientId)
    {
        m_lastNumbers.remove(clientId);
        return change::RemoveSession{clientId};
    }
    StoreChange add(const QByteArray &clientId)
    {
        change::AddDelivery add = addDelivery(clientId, ++m_lastNumbers[clientId], message());
        add.delivery.qos = QoS(pick(1, 2));
        add.delivery.retain = pick(0, 1) == 1;
        add.delivery.isForwardAsked = pick(0, 1) == 1;
        if (pick(0, 3) == 0)
            add.delivery.subscriptionIdentifiers = {quint32(pick(1, 9)), 268'435'455};
        if (pick(0, 3) == 0)
            add.delivery.sharedFilter = "$share/g/" + filter();
        return add;
    }
    /// Often one that others have, too.
    MessagePtr message()
    {
        if (!m_message || pick(0, 2) > 0)
            m_message = makeMessage(topic(), QByteArray(pick(0, 9) == 0 ? 5'000 : pick(0, 40), char('a' + pick(0, 25))));
        return m_message;
    }
    StoredWill will()
    {
        StoredWill will;
        will.fields.topic = topic();
        will.fields.properties.willDelayInterval = quint32(pick(0, 9));
        will.userName = "user";
        return will;
    }
    /// Mostly one that may be there.
    quint64 number(const QByteArray &clientId) { return quint64(std::max<qint64>(1, qint64(m_lastNumbers[clientId]) - pick(0, 12))); }
    QByteArray filter() { return "f" + QByteArray::number(pick(1, 4)); }
    QByteArray topic() { return "t" + QByteArray::number(pick(1, 6)); }

    std::mt19937 m_random;
    QHash<QByteArray, quint64> m_lastNumbers; // of sessions that are there
    MessagePtr m_message;
};

QByteArray text(const StoredDelivery &each)
{
    QByteArray identifiers;
    for (const quint32 identifier : each.subscriptionIdentifiers)
        identifiers += QByteArray::number(identifier) + ',';
    return QByteArray::number(each.number) + ' ' + each.message->topic().toByteArray() + ' '
        + each.message->payload().toByteArray() + " qos " + QByteArray::number(int(each.qos)) + " retain "
        + QByteArray::number(each.retain) + (each.isForwardAsked ? " asked" : "") + " ids " + identifiers + " shared "
        + each.sharedFilter + " stage "
        + QByteArray::number(int(each.stage)) + " packet " + QByteArray::number(each.packetId);
}

QByteArrayList lines(const std::vector<StoredDelivery> &deliveries)
{
    QByteArrayList all;
    for (const StoredDelivery &each : deliveries)
        all.append(text(each));
    return all;
}

void append(QByteArrayList &lines, const RestoredSession &session)
{
    const QByteArray id = session.session.clientId;
    const auto time = [](const std::optional<std::chrono::milliseconds> &at) { return at ? QByteArray::number(qint64(at->count())) : "never"; };
    lines.append(id + " user " + session.session.userName + " expiry " + QByteArray::number(session.session.expirySeconds)
        + " ends " + time(session.session.endsAt) + " unloaded " + QByteArray::number(session.unloaded.count) + " of "
        + QByteArray::number(session.unloaded.bytes) + " bytes");
    for (const StoredSubscription &each : session.subscriptions)
        lines.append(id + " subscribed " + each.filter + ' ' + QByteArray::number(int(each.maximumQoS))
            + QByteArray::number(each.noLocal) + QByteArray::number(each.retainAsPublished) + ' ' + QByteArray::number(each.identifier));
    for (const StoredDelivery &each : session.deliveries)
        lines.append(id + " delivery " + text(each));
    for (const quint16 each : session.inboundIds)
        lines.append(id + " inbound " + QByteArray::number(each));
    if (session.will)
        lines.append(id + " will " + session.will->fields.topic + ' ' + QByteArray::number(*session.will->fields.properties.willDelayInterval));
}

QByteArrayList linesOf(Store &store, const LoadBounds &bounds)
{
    LoadedState state;
    store.load(state, bounds);
    QByteArrayList all;
    for (const auto &[clientId, session] : state.sessions)
        append(all, session);
    for (const auto &[topic, message] : state.retained)
        all.append("retained " + topic + ' ' + message->payload().toByteArray());
    return all;
}

/// The state of the disk as a crash would leave it: the file and its log.
QByteArrayList linesAfterCrash(const QString &file, const LoadBounds &bounds)
{
    StoreFixture copy;
    for (const char *suffix : {"", "-wal"})
        QFile::copy(file + QLatin1String(suffix), copy.file() + QLatin1String(suffix));
    if (!copy.open())
        qFatal("%s", qPrintable(copy.error));
    return linesOf(*copy.store, bounds);
}

} // namespace

/// The durable store tells what a store in plain maps tells, whatever was committed, whenever it is opened again.
class TestStoreEquivalence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatWasCommitted_data();
    void tellsWhatWasCommitted();
    void everyCommitCanBeTheLast();
};

void TestStoreEquivalence::tellsWhatWasCommitted_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<Durability>("durability");
    for (unsigned seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed << (seed % 4 == 0 ? Durability::Relaxed : Durability::Normal);
}

void TestStoreEquivalence::tellsWhatWasCommitted()
{
    QFETCH(unsigned, seed);
    QFETCH(Durability, durability);
    RandomChanges random(seed);
    LateStore expected(StoreMode::Manual);
    StoreFixture fixture;
    fixture.options.durability = durability;
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    for (int i = 0; i < 800; ++i) {
        const std::vector<StoreChange> changes = random.next();
        expected.keep(changes);
        fixture.commit(changes);
        if (random.pick(0, 29) > 0) // commits of a batch have not been waited for
            continue;
        const QByteArray clientId = random.client();
        const auto after = quint64(random.pick(0, 30));
        std::vector<StoredDelivery> fetched;
        expected.fetch(clientId, after, 5, [&fetched](StoreStatus, std::vector<StoredDelivery> found) { fetched = std::move(found); });
        expected.turn();
        QCOMPARE(lines(fixture.fetch(clientId, after, 5)), lines(fetched));
        QVERIFY(fixture.flush());
        const LoadBounds bounds{size_t(random.pick(0, 40))};
        QCOMPARE(linesAfterCrash(fixture.file(), bounds), linesOf(expected, bounds));
        QVERIFY(fixture.reopen());
        QCOMPARE(linesOf(*fixture.store, bounds), linesOf(expected, bounds));
    }
    fixture.close();
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
}

void TestStoreEquivalence::everyCommitCanBeTheLast()
{
    RandomChanges random(99);
    LateStore expected(StoreMode::Manual);
    StoreFixture fixture;
    fixture.options.durability = Durability::Normal;
    QVERIFY(fixture.open());
    for (int i = 0; i < 150; ++i) {
        const std::vector<StoreChange> changes = random.next();
        expected.keep(changes);
        fixture.commit(changes);
        QVERIFY(fixture.reopen());
        QCOMPARE(linesOf(*fixture.store, {}), linesOf(expected, {}));
    }
}

QTEST_GUILESS_MAIN(TestStoreEquivalence)
#include "tst_storeequivalence.moc"
