#include "session/aliases.h"

#include <QTest>

using namespace pigeon;

/// Topic aliases of one connection, both ways.
class TestAliases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inboundTakesOneToItsMaximum_data();
    void inboundTakesOneToItsMaximum();
    void inboundRemembersAndReplaces();
    void outboundNeedsAMaximum();
    void outboundCountsFromOne();
    void outboundIsKnownOnlyOnceEstablished();
    void outboundKeepsWhatItGaveWhenItIsFull();
};

void TestAliases::inboundTakesOneToItsMaximum_data()
{
    QTest::addColumn<quint16>("maximum");
    QTest::addColumn<quint16>("alias");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("MQTT-3.3.2-8: 0") << quint16(5) << quint16(0) << false;
    QTest::newRow("1") << quint16(5) << quint16(1) << true;
    QTest::newRow("MQTT-3.3.2-12: the maximum") << quint16(5) << quint16(5) << true;
    QTest::newRow("MQTT-3.3.2-9: one over") << quint16(5) << quint16(6) << false;
    QTest::newRow("none are taken") << quint16(0) << quint16(1) << false;
    QTest::newRow("the protocol's own maximum") << quint16(65'535) << quint16(65'535) << true;
}

void TestAliases::inboundTakesOneToItsMaximum()
{
    QFETCH(quint16, maximum);
    QFETCH(quint16, alias);
    QFETCH(bool, isAllowed);
    QCOMPARE(InboundAliases(maximum).isAllowed(alias), isAllowed);
}

void TestAliases::inboundRemembersAndReplaces()
{
    InboundAliases aliases(10);
    QVERIFY(aliases.topic(3).isEmpty());
    QByteArray buffer = "a/b";
    aliases.set(3, buffer);
    buffer.fill('x'); // the receive buffer is used again
    QCOMPARE(aliases.topic(3), QByteArrayView("a/b"));
    QVERIFY(aliases.topic(2).isEmpty());
    QVERIFY(aliases.topic(4).isEmpty());
    aliases.set(3, "c");
    aliases.set(10, "d");
    QCOMPARE(aliases.topic(3), QByteArrayView("c"));
    QCOMPARE(aliases.topic(10), QByteArrayView("d"));
}

void TestAliases::outboundNeedsAMaximum()
{
    const OutboundAliases aliases; // [MQTT-3.1.2-27]
    QVERIFY(!aliases.isUsed());
    QCOMPARE(aliases.choose("a").alias, quint16(0));
    QVERIFY(!aliases.choose("a").isKnown);
}

void TestAliases::outboundCountsFromOne()
{
    OutboundAliases aliases(2);
    QVERIFY(aliases.isUsed());
    for (const char *topic : {"a", "b"}) {
        const OutboundAliases::Choice choice = aliases.choose(topic);
        QVERIFY(!choice.isKnown);
        QCOMPARE(choice.alias, quint16(*topic - 'a' + 1));
        aliases.establish(topic, choice.alias);
    }
    QCOMPARE(aliases.choose("c").alias, quint16(0)); // [MQTT-3.1.2-26]
}

void TestAliases::outboundIsKnownOnlyOnceEstablished()
{
    OutboundAliases aliases(2);
    QCOMPARE(aliases.choose("a").alias, quint16(1));
    QCOMPARE(aliases.choose("b").alias, quint16(1)); // the PUBLISH of "a" was never sent
    aliases.establish("b", 1);
    QVERIFY(aliases.choose("b").isKnown);
    QVERIFY(!aliases.choose("a").isKnown);
    QCOMPARE(aliases.choose("a").alias, quint16(2));
}

void TestAliases::outboundKeepsWhatItGaveWhenItIsFull()
{
    OutboundAliases aliases(1);
    QByteArray topic = "a";
    aliases.establish(topic, 1);
    topic[0] = 'z'; // the view given was not kept
    for (int i = 0; i < 100; ++i)
        QCOMPARE(aliases.choose("t" + QByteArray::number(i)).alias, quint16(0));
    QVERIFY(aliases.choose("a").isKnown);
    QCOMPARE(aliases.choose("a").alias, quint16(1));
}

QTEST_APPLESS_MAIN(TestAliases)
#include "tst_aliases.moc"
