#include "storage/deliverywriter.h"
#include "storage/packcursor.h"
#include "storage/rowcodec.h"
#include "storage/schema.h"
#include "storage/storefixture.h"

#include <QRandomGenerator>

using namespace pigeon;
using namespace pigeon::test;

namespace {

QByteArray lineOf(const StoredDelivery &each)
{
    const Message &message = *each.message;
    QByteArrayList parts{QByteArray::number(each.number), message.topic().toByteArray(),
        message.payload().toByteArray(), message.properties().toByteArray().toHex(), QByteArray::number(int(message.qos())),
        QByteArray::number(message.isRetained()), QByteArray::number(qint64(message.arrival().count())),
        QByteArray::number(message.expirySeconds().value_or(7)), QByteArray::number(message.expirySeconds().has_value()),
        QByteArray::number(int(each.qos)), QByteArray::number(each.retain), QByteArray::number(each.isForwardAsked)};
    if (message.origin())
        parts += {message.origin()->clientId, message.origin()->userName, message.origin()->address};
    for (const quint32 identifier : each.subscriptionIdentifiers)
        parts += QByteArray::number(identifier);
    return parts.join('|');
}

QByteArrayList linesOf(const std::vector<StoredDelivery> &deliveries)
{
    QByteArrayList lines;
    for (const StoredDelivery &each : deliveries)
        lines.append(lineOf(each));
    return lines;
}

/// Every field has values at its bounds, and what is as in the one before comes often.
class RandomDeliveries
{
public:
    explicit RandomDeliveries(quint32 seed)
        : m_random(seed)
    {
    }
    StoredDelivery next()
    {
        MessageParts parts;
        parts.topic = m_topic = oneIn(3) ? QByteArray(1 + below(30), char('a' + below(26))) : m_topic;
        parts.payload = m_payload = oneIn(9) ? QByteArray(below(600), char('a' + below(26))) : QByteArray(below(20), 'p');
        if (oneIn(4))
            parts.properties = QByteArrayView("\x01\x01\x26\x00\x01k\x00\x01v", 9);
        parts.qos = static_cast<QoS>(below(3));
        parts.retain = oneIn(2);
        if (oneIn(4))
            m_origin = Origin::create(QByteArray(below(9), 'i'), QByteArray(below(9), 'u'), QByteArray(below(9), 'a'));
        parts.origin = m_origin;
        if (oneIn(3))
            parts.expirySeconds = oneIn(2) ? 0xFFFFFFFFu : m_random.generate();
        m_arrival += oneIn(5) ? -below(100'000) : below(3);
        parts.arrival = std::chrono::milliseconds(m_arrival);
        StoredDelivery delivery;
        delivery.number = m_number += 1 + quint64(oneIn(5) ? below(1'000'000) : 0);
        delivery.message = Message::create(parts);
        delivery.qos = static_cast<QoS>(below(3));
        delivery.retain = oneIn(2);
        delivery.isForwardAsked = oneIn(2);
        for (int i = oneIn(4) ? below(4) : 0; i > 0; --i)
            delivery.subscriptionIdentifiers.push_back(1 + static_cast<quint32>(below(268'435'455)));
        return delivery;
    }

private:
    int below(int bound) { return m_random.bounded(bound); }
    bool oneIn(int count) { return below(count) == 0; }

    QRandomGenerator m_random;
    QByteArray m_topic = "first";
    QByteArray m_payload;
    OriginPtr m_origin = Origin::create({}, {}, {});
    qint64 m_arrival = 1'700'000'000'000;
    quint64 m_number = 0;
};

StoredDelivery simple(quint64 number, const QByteArray &payload = "p")
{
    return addDelivery("c", number, makeMessage("t", payload)).delivery;
}

std::vector<quint64> numbersOf(const std::vector<StoredDelivery> &deliveries)
{
    std::vector<quint64> numbers;
    for (const StoredDelivery &each : deliveries)
        numbers.push_back(each.number);
    return numbers;
}

} // namespace

/// Queued deliveries that lie together in one row: their bytes, and how such rows are written, taken from and read.
class TestPacks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>(placeForTests());
        const QString file = m_directory->filePath(QStringLiteral("rows.db"));
        QVERIFY(QFile(file).open(QIODevice::WriteOnly));
        m_database = std::make_unique<Database>(file, Database::Access::ReadWrite);
        Schema::migrate(*m_database);
        m_writer = std::make_unique<PackWriter>(*m_database);
        m_writer->begin(1);
    }
    void cleanup()
    {
        m_writer.reset();
        m_database.reset();
    }

    void bytesTellEverything();
    void damagedBytesAreNoticedOrHarmless();
    void aPackFitsIntoAPage();
    void oneIsTakenOutOfTheMiddle();
    void whatIsTakenIsNotThereAgain();
    void numbersInNoPackAreInNoPack();
    void removesUpTo();
    void packsOfOneSessionDoNotOverlap();
    void aNumberIsNotUsedTwice();
    void rowsAndPacksAreOneQueue();
    void expiredOnesAreNotTold();

private:
    void addAll(std::initializer_list<quint64> numbers)
    {
        std::vector<StoredDelivery> deliveries;
        for (const quint64 number : numbers)
            deliveries.push_back(simple(number));
        for (const StoredDelivery &each : deliveries)
            m_writer->add(each);
        m_writer->flush();
    }
    std::vector<StoredDelivery> all(qint64 session = 1, quint64 after = 0)
    {
        PackCursor cursor(*m_database);
        std::vector<StoredDelivery> found;
        for (cursor.start(session, after); cursor.peek();)
            found.push_back(cursor.take());
        return found;
    }
    qint64 number(const char *query) { return m_database->number(QString::fromLatin1(query)); }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<PackWriter> m_writer;
};

void TestPacks::bytesTellEverything()
{
    for (quint32 seed = 1; seed <= 50; ++seed) {
        RandomDeliveries random(seed);
        std::vector<StoredDelivery> deliveries;
        PackEncoder encoder;
        while (encoder.add(deliveries.emplace_back(random.next()))) {
        }
        deliveries.pop_back(); // it was too much
        QVERIFY(!deliveries.empty());
        QVERIFY(encoder.pack().content.size() <= PackEncoder::maximumBytes || deliveries.size() == 1);
        OriginPool origins;
        std::vector<StoredDelivery> read;
        QVERIFY(readPack(encoder.pack().content, origins, read));
        QCOMPARE(linesOf(read), linesOf(deliveries));
        QCOMPARE(encoder.pack().first, deliveries.front().number);
        QCOMPARE(encoder.pack().last, deliveries.back().number);
        QCOMPARE(encoder.pack().count, quint64(deliveries.size()));
        QCOMPARE(encoder.last(), deliveries.back().number);
        quint64 bytes = 0;
        std::optional<std::chrono::milliseconds> expiry;
        for (const StoredDelivery &each : deliveries) {
            bytes += static_cast<quint64>(each.message->memoryBytes());
            if (const auto at = expiresAt(*each.message); at && (!expiry || *at < *expiry))
                expiry = at;
        }
        QCOMPARE(encoder.pack().bytes, bytes);
        QCOMPARE(encoder.pack().expiresAt, expiry);
    }
}

/// Whatever the disk gives back, nothing outside of it is read, and what is read is a message.
void TestPacks::damagedBytesAreNoticedOrHarmless()
{
    RandomDeliveries random(7);
    std::vector<StoredDelivery> deliveries;
    PackEncoder encoder;
    while (deliveries.size() < 10) {
        StoredDelivery next = random.next();
        if (encoder.add(next))
            deliveries.push_back(std::move(next));
    }
    const QByteArray content = encoder.pack().content;
    OriginPool origins;
    int noticed = 0;
    for (qsizetype length = 1; length < content.size(); ++length) {
        // a copy of just so many bytes, so that a sanitizer sees a byte too far
        const std::vector<char> cut(content.begin(), content.begin() + length);
        std::vector<StoredDelivery> read;
        noticed += !readPack(QByteArrayView(cut.data(), length), origins, read);
        QVERIFY(read.size() < deliveries.size());
        for (size_t i = 0; i < read.size(); ++i)
            QCOMPARE(lineOf(read[i]), lineOf(deliveries[i]));
    }
    QCOMPARE(noticed, int(content.size()) - 10); // all but the cuts between two deliveries
    QRandomGenerator changes(8);
    for (int i = 0; i < 20'000; ++i) {
        QByteArray damaged = content;
        for (int j = 0; j <= i % 3; ++j)
            damaged[changes.bounded(int(damaged.size()))] = char(changes.bounded(256));
        std::vector<StoredDelivery> read;
        (void)readPack(damaged, origins, read);
        quint64 last = 0;
        for (const StoredDelivery &each : read) {
            QVERIFY(each.message && !each.message->topic().isEmpty() && int(each.qos) <= 2);
            QVERIFY(each.number != last);
            last = each.number;
        }
    }
}

void TestPacks::aPackFitsIntoAPage()
{
    RandomDeliveries random(3);
    std::vector<StoredDelivery> deliveries;
    for (int i = 0; i < 2'000; ++i)
        deliveries.push_back(random.next());
    for (const StoredDelivery &each : deliveries)
        m_writer->add(each);
    m_writer->flush();
    QCOMPARE(m_writer->takeRows(), number("SELECT count(*) FROM packs"));
    QVERIFY(number("SELECT max(length(content)) FROM packs") <= PackEncoder::maximumBytes);
    QVERIFY(number("SELECT max(count) FROM packs") <= qint64(PackEncoder::maximumDeliveries));
    QCOMPARE(number("SELECT sum(count) FROM packs"), 2'000);
    // the table's pages: one each, and a few inner ones
    QVERIFY(number("SELECT count(*) FROM dbstat WHERE name = 'packs' AND pagetype = 'overflow'") == 0);
    QCOMPARE(linesOf(all()), linesOf(deliveries));
    const quint64 middle = deliveries[999].number;
    QCOMPARE(linesOf(all(1, middle)), linesOf({deliveries.begin() + 1'000, deliveries.end()}));
    QCOMPARE(all(2).size(), size_t(0));
}

void TestPacks::oneIsTakenOutOfTheMiddle()
{
    addAll({1, 2, 5, 9});
    (void)m_writer->takeRows();
    const std::optional<StoredDelivery> taken = m_writer->take(5);
    QVERIFY(taken);
    QCOMPARE(lineOf(*taken), lineOf(simple(5)));
    m_writer->close();
    QCOMPARE(m_writer->takeRows(), 2); // one row goes, one comes
    QCOMPARE(numbersOf(all()), (std::vector<quint64>{1, 2, 9}));
    QCOMPARE(number("SELECT count FROM packs"), 3);
    QVERIFY(m_writer->take(1) && m_writer->take(2) && m_writer->take(9));
    m_writer->close();
    QCOMPARE(number("SELECT count(*) FROM packs"), 0);
}

void TestPacks::whatIsTakenIsNotThereAgain()
{
    addAll({1, 2, 3});
    QVERIFY(m_writer->holds(2));
    QVERIFY(m_writer->take(2));
    QVERIFY(!m_writer->take(2));
    QVERIFY(!m_writer->holds(2));
    m_writer->close();
    QVERIFY(!m_writer->take(2));
}

void TestPacks::numbersInNoPackAreInNoPack()
{
    addAll({10, 12});
    addAll({20, 21});
    for (const quint64 number : {1, 9, 11, 13, 19, 22, 1'000})
        QVERIFY2(!m_writer->holds(number), QByteArray::number(number).constData());
    for (const quint64 number : {21, 10, 20, 12}) // in whatever order
        QVERIFY2(m_writer->holds(number), QByteArray::number(number).constData());
}

void TestPacks::removesUpTo()
{
    addAll({1, 2, 3});
    addAll({5, 6, 7});
    addAll({8, 9});
    QCOMPARE(m_writer->removeUpTo(6), quint64(6));
    QCOMPARE(numbersOf(all()), (std::vector<quint64>{7, 8, 9}));
    QCOMPARE(m_writer->removeUpTo(6), quint64(0));
    QCOMPARE(m_writer->removeUpTo(100), quint64(9));
    QCOMPARE(number("SELECT count(*) FROM packs"), 0);
}

void TestPacks::packsOfOneSessionDoNotOverlap()
{
    QVERIFY(m_writer->isAboveAll(1));
    addAll({5, 9});
    QVERIFY(!m_writer->isAboveAll(7) && !m_writer->isAboveAll(9) && m_writer->isAboveAll(10));
    m_writer->begin(2); // of another session
    QVERIFY(m_writer->isAboveAll(1));
    m_writer->begin(1);
    QVERIFY(!m_writer->isAboveAll(9));
    QCOMPARE(m_writer->highest(), quint64(9));
}

/// A late delivery with a low number lies in a row of its own; one with a number that is taken is refused.
void TestPacks::aNumberIsNotUsedTwice()
{
    DeliveryWriter writer(*m_database);
    const StoredDelivery early = simple(5), late = simple(9), between = simple(7), twice = simple(9, "other");
    writer.begin({{early.message.get(), 1}, {late.message.get(), 1}, {between.message.get(), 1}, {twice.message.get(), 1}});
    writer.beginSession(1);
    writer.insert(1, {&early, {}});
    writer.insert(1, {&late, {}});
    QCOMPARE(writer.endSession(), 1);
    writer.beginSession(1);
    writer.insert(1, {&between, {}});
    QCOMPARE(writer.endSession(), 1);
    QCOMPARE(number("SELECT number FROM deliveries"), 7);
    writer.beginSession(1);
    QVERIFY_THROWS_EXCEPTION(SqlError, writer.insert(1, {&twice, {}}));
}

void TestPacks::rowsAndPacksAreOneQueue()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    std::vector<StoreChange> all = changes(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 1'000; ++number) {
        const qsizetype bytes = number % 7 == 0 ? 2'000 : 10; // every seventh has a row of its own
        all.emplace_back(addDelivery("c", number, makeMessage("t", QByteArray(bytes, 'p'))));
    }
    fixture.commit(std::move(all));
    QVERIFY(fixture.flush());
    fixture.commit(change::UpdateDelivery{"c", 500, DeliveryStage::Sent, 3}, change::RemoveDelivery{"c", 2}, change::RemoveDelivery{"c", 7});
    QVERIFY(fixture.flush());
    LoadBounds bounds;
    bounds.queuedPerSession = 20;
    const LoadedState state = fixture.reopenAndLoad(bounds);
    const RestoredSession &session = state.sessions.at("c");
    std::vector<quint64> expected{1, 3, 4, 5, 6};
    for (quint64 number = 8; number <= 22; ++number)
        expected.push_back(number);
    expected.push_back(500);
    QCOMPARE(numbersOf(session.deliveries), expected);
    QCOMPARE(session.deliveries.back().packetId, quint16(3));
    QCOMPARE(session.unloaded.count, quint64(1'000 - 3 - 20));
    QCOMPARE(session.unloaded.lastNumber, quint64(1'000));
    quint64 after = 22;
    std::vector<quint64> fetched;
    for (;;) {
        const std::vector<StoredDelivery> some = fixture.fetch("c", after, 13);
        if (some.empty())
            break;
        QVERIFY(some.size() <= 13);
        for (const StoredDelivery &each : some)
            fetched.push_back(each.number);
        after = fetched.back();
    }
    expected.clear();
    for (quint64 number = 23; number <= 1'000; ++number) {
        if (number != 500)
            expected.push_back(number);
    }
    QCOMPARE(fetched, expected);
}

void TestPacks::expiredOnesAreNotTold()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    std::vector<StoreChange> all = changes(change::PutSession{makeSession("c")});
    const auto hourAgo = fromNow(std::chrono::hours(-1));
    for (quint64 number = 1; number <= 300; ++number) {
        const bool isOver = number % 3 == 0 || number > 290;
        all.emplace_back(addDelivery("c", number, makeMessage("t", "p", isOver ? 60 : 86'400, hourAgo)));
    }
    fixture.commit(std::move(all));
    QVERIFY(fixture.flush());
    LoadBounds bounds;
    bounds.queuedPerSession = 10;
    LoadedState state = fixture.reopenAndLoad(bounds);
    const quint64 living = 290 - 96;
    QCOMPARE(numbersOf(state.sessions.at("c").deliveries), (std::vector<quint64>{1, 2, 4, 5, 7, 8, 10, 11, 13, 14}));
    QCOMPARE(state.sessions.at("c").unloaded.count, living - 10);
    QCOMPARE(state.sessions.at("c").unloaded.lastNumber, quint64(300));
    QCOMPARE(fixture.fetch("c", 14, 1'000).size(), size_t(living - 10)); // the others are gone from the file
    fixture.close();
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
    QCOMPARE(report.queuedDeliveries, living);
    state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.at("c").unloaded.lastNumber, quint64(300)); // never used again
}

QTEST_GUILESS_MAIN(TestPacks)
#include "tst_packs.moc"
