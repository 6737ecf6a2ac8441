#include "session/ackgate.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace pigeon;

/// What waits for the store leaves in the order in which it came.
class TestAckGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_tickets = std::make_unique<Tickets>();
        m_gate = std::make_shared<AckGate>(*m_tickets);
        m_log.clear();
    }

    void nothingInTheWayRunsAtOnce();
    void waitsForItsTicket();
    void whatWaitsForNothingDoesNotOvertake();
    void laterTicketsThatCompleteFirstDoNotOvertake();
    void oneAnswerEndsManyTickets();
    void ticketsOutOfOrderAreFound();
    void failureReachesItsStepAlone();
    void aStepMayOweMore();
    void completionInsideAStepKeepsTheOrder();
    void outlivesItsSession();
    void gatesDoNotWaitForEachOther();
    void anyOrderOfCompletionGivesTheOrderOfTheSteps();

private:
    void run(Ticket ticket, const QByteArray &name)
    {
        m_gate->run(ticket, [this, name](StoreStatus status) {
            m_log.append(status == StoreStatus::Durable ? name : name + '!');
        });
    }

    std::unique_ptr<Tickets> m_tickets;
    std::shared_ptr<AckGate> m_gate;
    QByteArrayList m_log;
};

void TestAckGate::nothingInTheWayRunsAtOnce()
{
    run(0, "a");
    QCOMPARE(m_log, QByteArrayList{"a"});
    QVERIFY(m_gate->isEmpty());
    QCOMPARE(m_tickets->waiting(), size_t(0));
}

void TestAckGate::waitsForItsTicket()
{
    run(7, "a");
    QVERIFY(m_log.isEmpty());
    QCOMPARE(m_gate->size(), size_t(1));
    m_tickets->complete(6, 6, StoreStatus::Durable); // somebody else's
    QVERIFY(m_log.isEmpty());
    m_tickets->complete(7, 7, StoreStatus::Durable);
    QCOMPARE(m_log, QByteArrayList{"a"});
    QVERIFY(m_gate->isEmpty());
    m_tickets->complete(7, 7, StoreStatus::Durable); // once
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_tickets->waiting(), size_t(0));
}

void TestAckGate::whatWaitsForNothingDoesNotOvertake()
{
    run(1, "a"); // [MQTT-4.6.0-2]
    run(0, "b");
    QVERIFY(m_log.isEmpty());
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b"}));
}

void TestAckGate::laterTicketsThatCompleteFirstDoNotOvertake()
{
    run(1, "a");
    run(2, "b");
    run(3, "c");
    m_tickets->complete(3, 3, StoreStatus::Durable);
    m_tickets->complete(2, 2, StoreStatus::Durable);
    QVERIFY(m_log.isEmpty());
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b", "c"}));
}

void TestAckGate::oneAnswerEndsManyTickets()
{
    run(3, "a");
    run(0, "b");
    run(5, "c");
    run(8, "d");
    m_tickets->complete(1, 5, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b", "c"}));
    QCOMPARE(m_tickets->waiting(), size_t(1));
    m_tickets->complete(6, 9, StoreStatus::Failed);
    QCOMPARE(m_log.last(), QByteArray("d!"));
    QCOMPARE(m_tickets->waiting(), size_t(0));
}

/// A step may come after one whose commit was made later.
void TestAckGate::ticketsOutOfOrderAreFound()
{
    run(4, "a");
    run(2, "b");
    m_tickets->complete(1, 3, StoreStatus::Failed);
    QVERIFY(m_log.isEmpty());
    m_tickets->complete(4, 4, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b!"}));
}

void TestAckGate::failureReachesItsStepAlone()
{
    run(1, "a");
    run(2, "b");
    run(0, "c");
    m_tickets->complete(2, 2, StoreStatus::Failed);
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b!", "c"}));
}

void TestAckGate::aStepMayOweMore()
{
    m_gate->run(1, [this](StoreStatus) {
        m_log.append("a");
        run(0, "owed"); // behind what waits already
        run(9, "owed later");
    });
    run(0, "b");
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b", "owed"}));
    m_tickets->complete(9, 9, StoreStatus::Durable);
    QCOMPARE(m_log.last(), QByteArray("owed later"));
}

void TestAckGate::completionInsideAStepKeepsTheOrder()
{
    m_gate->run(1, [this](StoreStatus) {
        m_tickets->complete(2, 2, StoreStatus::Durable);
        m_log.append("a"); // still this step's turn
    });
    run(2, "b");
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"a", "b"}));
}

void TestAckGate::outlivesItsSession()
{
    run(1, "a");
    const std::weak_ptr<AckGate> watched = m_gate;
    m_gate.reset();
    QVERIFY(!watched.expired()); // a message that was taken must still be delivered
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, QByteArrayList{"a"});
    QVERIFY(watched.expired());
}

void TestAckGate::gatesDoNotWaitForEachOther()
{
    const auto other = std::make_shared<AckGate>(*m_tickets);
    run(1, "a");
    other->run(2, [this](StoreStatus) { m_log.append("other"); });
    m_tickets->complete(2, 2, StoreStatus::Durable);
    QCOMPARE(m_log, QByteArrayList{"other"});
    m_tickets->complete(1, 1, StoreStatus::Durable);
    QCOMPARE(m_log, (QByteArrayList{"other", "a"}));
}

void TestAckGate::anyOrderOfCompletionGivesTheOrderOfTheSteps()
{
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        init();
        std::vector<Ticket> tickets;
        QByteArrayList expected;
        for (Ticket ticket = 1; ticket <= 12; ++ticket) {
            const bool waits = random() % 3 != 0;
            run(waits ? ticket : 0, QByteArray::number(ticket));
            expected.append(QByteArray::number(ticket));
            if (waits)
                tickets.push_back(ticket);
        }
        std::shuffle(tickets.begin(), tickets.end(), random);
        for (const Ticket ticket : tickets)
            m_tickets->complete(ticket, ticket, StoreStatus::Durable);
        QCOMPARE(m_log, expected);
        QVERIFY(m_gate->isEmpty());
    }
}

QTEST_APPLESS_MAIN(TestAckGate)
#include "tst_ackgate.moc"
