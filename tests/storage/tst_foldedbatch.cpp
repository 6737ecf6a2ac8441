#include "storage/foldedbatch.h"
#include "storage/rowwriter.h"
#include "storage/schema.h"
#include "storage/storefixture.h"
#include "storage/upkeep.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

change::UpdateDelivery sent(quint64 number, quint16 packetId = 7)
{
    return {"c", number, DeliveryStage::Sent, packetId};
}

} // namespace

/// What is struck from a batch, what is left of it, and how many rows that costs the disk.
class TestFoldedBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>(placeForTests());
        const QString file = m_directory->filePath(QStringLiteral("rows.db"));
        QFile(file).open(QIODevice::WriteOnly);
        m_database = std::make_unique<Database>(file, Database::Access::ReadWrite);
        Schema::migrate(*m_database);
        m_writer = std::make_unique<RowWriter>(*m_database);
        write(changes(change::PutSession{makeSession("c")}));
    }
    void cleanup()
    {
        m_writer.reset();
        m_database.reset();
    }

    void whatIsAddedAndRemovedIsNeverWritten();
    void whatIsMovedOnIsWrittenOnce();
    void theLastRetainedMessageAndWillWin();
    void aSessionThatComesAndGoesIsNeverWritten();
    void aSessionIsRemovedInTheMiddle();
    void removingQueuedSparesWhatWasSentBefore();
    void removingQueuedTakesWhatWentBackToTheQueue();
    void removingQueuedSparesWhatIsAddedAfterIt();
    void anInboundIdThatIsThereIsRemovedAllTheSame();
    void aMessageWithSeveralReceiversIsOneRow();
    void aMessageGoesWithItsLastDelivery();
    void aLargeMessageHasARowOfItsOwn();
    void theNumberOfTheLastDeliveryIsWrittenDown();
    void deliveriesOfAnUnknownSessionAreLeftOut();
    void aLongQueueIsRemovedBitByBit();

private:
    /// Rows that the changes cost, written as one batch.
    qint64 write(const std::vector<StoreChange> &changes)
    {
        FoldedBatch batch;
        for (const StoreChange &each : changes)
            batch.add(each);
        Transaction transaction(*m_database);
        const qint64 rows = m_writer->write(batch);
        transaction.commit();
        return rows;
    }
    qint64 number(const char *query) { return m_database->number(QString::fromLatin1(query)); }
    QByteArrayList texts(const char *query) { return m_database->texts(QString::fromLatin1(query)); }
    /// What lies in packs.
    std::vector<StoredDelivery> packed()
    {
        OriginPool origins;
        std::vector<StoredDelivery> all;
        Statement row(*m_database, QStringLiteral("SELECT content FROM packs ORDER BY session, first"));
        row.start();
        while (row.next()) {
            if (!readPack(row.bytes(0), origins, all))
                qFatal("a pack is damaged");
        }
        return all;
    }
    /// Of all deliveries, those in rows of their own first.
    QByteArrayList numbers()
    {
        QByteArrayList all = texts("SELECT number FROM deliveries ORDER BY number");
        for (const StoredDelivery &each : packed())
            all.append(QByteArray::number(each.number));
        return all;
    }
    QByteArrayList payloads()
    {
        QByteArrayList all = texts("SELECT payload FROM deliveries WHERE payload IS NOT NULL");
        for (const StoredDelivery &each : packed())
            all.append(each.message->payload().toByteArray());
        return all;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RowWriter> m_writer;
};

void TestFoldedBatch::whatIsAddedAndRemovedIsNeverWritten()
{
    const MessagePtr message = makeMessage("t", "p");
    QCOMPARE(write(changes(addDelivery("c", 1, message), sent(1), change::RemoveDelivery{"c", 1},
                 change::AddInboundId{"c", 5}, change::RemoveInboundId{"c", 5}, change::PutRetained{message},
                 change::RemoveRetained{"t"}, change::PutWill{"c", {}}, change::RemoveWill{"c"},
                 change::PutSubscription{"c", {"f"}}, change::RemoveSubscription{"c", "f"})),
        0);
}

void TestFoldedBatch::whatIsMovedOnIsWrittenOnce()
{
    QCOMPARE(write(changes(addDelivery("c", 1, makeMessage("t", "p")), sent(1, 9),
                 change::UpdateDelivery{"c", 1, DeliveryStage::Released, 9})),
        1);
    QCOMPARE(number("SELECT stage * 100 + packet_id FROM deliveries"), 209);
}

void TestFoldedBatch::theLastRetainedMessageAndWillWin()
{
    StoredWill will;
    will.fields.topic = "last";
    QCOMPARE(write(changes(change::PutRetained{makeMessage("t", "1")}, change::RemoveRetained{"t"},
                 change::PutRetained{makeMessage("t", "2")}, change::PutWill{"x", {}}, change::PutWill{"x", will})),
        2);
    QCOMPARE(texts("SELECT payload FROM retained"), QByteArrayList{"2"});
    QCOMPARE(texts("SELECT topic FROM wills"), QByteArrayList{"last"});
}

void TestFoldedBatch::aSessionThatComesAndGoesIsNeverWritten()
{
    QCOMPARE(write(changes(change::PutSession{makeSession("d")}, change::PutSubscription{"d", {"f"}},
                 addDelivery("d", 1, makeMessage("t", "p")), change::RemoveSession{"d"})),
        0);
}

void TestFoldedBatch::aSessionIsRemovedInTheMiddle()
{
    write(changes(addDelivery("c", 1, makeMessage("t", "old")), change::PutSubscription{"c", {"old"}},
        change::AddInboundId{"c", 1}));
    write(changes(addDelivery("c", 2, makeMessage("t", "struck")), change::RemoveSession{"c"},
        change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "new")),
        change::PutSubscription{"c", {"new"}}));
    QCOMPARE(payloads(), QByteArrayList{"new"});
    QCOMPARE(texts("SELECT filter FROM subscriptions"), QByteArrayList{"new"});
    QCOMPARE(number("SELECT count(*) FROM inbound_ids"), 0);
    QCOMPARE(number("SELECT count(*) FROM sessions"), 1);
}

void TestFoldedBatch::removingQueuedSparesWhatWasSentBefore()
{
    const MessagePtr message = makeMessage("t", "p");
    write(changes(addDelivery("c", 1, message), addDelivery("c", 2, message), addDelivery("c", 3, message)));
    write(changes(sent(2), addDelivery("c", 4, message), addDelivery("c", 5, message), sent(4),
        change::RemoveQueued{"c", 5}));
    QCOMPARE(numbers(), (QByteArrayList{"2", "4"}));
}

void TestFoldedBatch::removingQueuedTakesWhatWentBackToTheQueue()
{
    write(changes(addDelivery("c", 1, makeMessage("t", "p")), sent(1)));
    write(changes(change::UpdateDelivery{"c", 1, DeliveryStage::Queued, 0}, change::RemoveQueued{"c", 1}));
    QCOMPARE(numbers(), QByteArrayList());
    write(changes(addDelivery("c", 2, makeMessage("t", "p")), sent(2)));
    write(changes(change::RemoveQueued{"c", 2}, change::UpdateDelivery{"c", 2, DeliveryStage::Queued, 0}));
    QCOMPARE(numbers(), QByteArrayList{"2"});
}

void TestFoldedBatch::removingQueuedSparesWhatIsAddedAfterIt()
{
    write(changes(addDelivery("c", 1, makeMessage("t", "p"))));
    write(changes(change::RemoveQueued{"c", 10}, addDelivery("c", 5, makeMessage("t", "p"))));
    QCOMPARE(numbers(), QByteArrayList{"5"});
}

/// The broker may have been told that its removal failed, and takes the id for free.
void TestFoldedBatch::anInboundIdThatIsThereIsRemovedAllTheSame()
{
    write(changes(change::AddInboundId{"c", 5}));
    write(changes(change::AddInboundId{"c", 5}, change::RemoveInboundId{"c", 5}));
    QCOMPARE(number("SELECT count(*) FROM inbound_ids"), 0);
}

void TestFoldedBatch::aMessageWithSeveralReceiversIsOneRow()
{
    const MessagePtr message = makeMessage("t", "p");
    QCOMPARE(write(changes(change::PutSession{makeSession("d")}, change::PutSession{makeSession("e")},
                 addDelivery("c", 1, message), addDelivery("d", 1, message), addDelivery("e", 1, message),
                 change::RemoveDelivery{"e", 1})),
        2 + 2 + 1);
    QCOMPARE(number("SELECT receivers FROM messages"), 2);
    QCOMPARE(number("SELECT count(DISTINCT message) FROM deliveries"), 1);
}

void TestFoldedBatch::aMessageGoesWithItsLastDelivery()
{
    const MessagePtr message = makeMessage("t", "p");
    write(changes(change::PutSession{makeSession("d")}, change::PutSession{makeSession("e")},
        addDelivery("c", 1, message), addDelivery("d", 1, message), addDelivery("e", 1, message)));
    write(changes(change::RemoveDelivery{"c", 1}));
    QCOMPARE(number("SELECT receivers FROM messages"), 2);
    write(changes(change::RemoveQueued{"d", 1}));
    QCOMPARE(number("SELECT receivers FROM messages"), 1);
    write(changes(change::RemoveSession{"e"}));
    QCOMPARE(number("SELECT count(*) FROM messages"), 0);
}

void TestFoldedBatch::aLargeMessageHasARowOfItsOwn()
{
    write(changes(addDelivery("c", 1, makeMessage("t", QByteArray(100'000, 'x')))));
    QCOMPARE(number("SELECT receivers FROM messages"), 1);
    write(changes(change::RemoveDelivery{"c", 1}));
    QCOMPARE(number("SELECT count(*) FROM messages"), 0);
}

void TestFoldedBatch::theNumberOfTheLastDeliveryIsWrittenDown()
{
    const MessagePtr message = makeMessage("t", "p");
    write(changes(addDelivery("c", 1, message), addDelivery("c", 2, message), addDelivery("c", 3, message)));
    QCOMPARE(write(changes(change::RemoveDelivery{"c", 1})), 2); // a pack replaced; the last one is there and says it
    QCOMPARE(number("SELECT last_number FROM sessions"), 0);
    QCOMPARE(write(changes(change::RemoveDelivery{"c", 3})), 3);
    QCOMPARE(number("SELECT last_number FROM sessions"), 3);
    QCOMPARE(write(changes(change::RemoveQueued{"c", 9})), 1);
    QCOMPARE(number("SELECT last_number FROM sessions"), 3);
}

void TestFoldedBatch::deliveriesOfAnUnknownSessionAreLeftOut()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("client \"nobody\" are not kept")));
    const MessagePtr message = makeMessage("t", "p");
    QCOMPARE(write(changes(addDelivery("nobody", 1, message), change::RemoveDelivery{"gone", 1}, addDelivery("c", 1, message))),
        1);
    QCOMPARE(number("SELECT count(*) FROM messages"), 0); // it has one receiver
}

void TestFoldedBatch::aLongQueueIsRemovedBitByBit()
{
    const MessagePtr shared = makeMessage("t", "p");
    std::vector<StoreChange> all = changes(change::PutSession{makeSession("d")}, addDelivery("d", 1, shared), addDelivery("c", 29'999, shared));
    for (quint64 number = 1; number <= 2'500; ++number) // under way, so each in a row of its own
        all.insert(all.end(), {addDelivery("c", number, makeMessage("t", "p")), sent(number)});
    for (quint64 number = 2'501; number <= 22'500; ++number)
        all.emplace_back(addDelivery("c", number, makeMessage("t", "p")));
    write(all);
    const qint64 packs = number("SELECT count(*) FROM packs");
    QVERIFY2(packs > 100 && packs < 200, QByteArray::number(packs).constData());
    QCOMPARE(write(changes(change::RemoveSession{"c"}, change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "new")))), 4);
    QCOMPARE(number("SELECT count(*) FROM deliveries"), 2'502);
    Upkeep upkeep(*m_database);
    for (const int left : {1'502, 502, 1})
        QVERIFY(upkeep.step(false) && number("SELECT count(*) FROM deliveries") == left);
    while (number("SELECT count(*) FROM ended") > 0)
        QVERIFY(upkeep.step(false));
    QVERIFY(!upkeep.step(false));
    QCOMPARE(number("SELECT receivers FROM messages"), 1);
    QCOMPARE(number("SELECT count(*) FROM packs"), 1);
    QCOMPARE(payloads(), QByteArrayList{"new"});
}

QTEST_GUILESS_MAIN(TestFoldedBatch)
#include "tst_foldedbatch.moc"
