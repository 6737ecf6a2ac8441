#include "broker/observednames.h"

#include <QTest>

using namespace pigeon;

/// Client ids have numbers for who looks on, within bounds that strangers cannot use up.
class TestObservedNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepTheirNumber();
    void strangersHaveABoundOfTheirOwn();
    void bytesAreBounded();
};

namespace {

ObservedNames namesWithin(const TapBounds &bounds)
{
    ObservedNames names;
    names.open(std::make_shared<TapChannel>(bounds));
    return names;
}

} // namespace

void TestObservedNames::keepTheirNumber()
{
    ObservedNames names = namesWithin({});
    QCOMPARE(names.numberOf("a"), ClientNumber(1));
    QCOMPARE(names.numberOf("b"), ClientNumber(2));
    QCOMPARE(names.numberOf("a"), ClientNumber(1));
    QCOMPARE(names.numberOf(QByteArray()), ClientNumber(0));
}

void TestObservedNames::strangersHaveABoundOfTheirOwn()
{
    TapBounds bounds;
    bounds.strangerNames = 2;
    ObservedNames names = namesWithin(bounds);
    QCOMPARE(names.numberOf("client"), ClientNumber(1));
    QCOMPARE(names.numberOfStranger("s1"), ClientNumber(2));
    QCOMPARE(names.numberOfStranger("s2"), ClientNumber(3));
    QCOMPARE(names.numberOfStranger("s3"), ClientNumber(0));
    QCOMPARE(names.numberOfStranger("s1"), ClientNumber(2)); // known already
    QCOMPARE(names.numberOfStranger("client"), ClientNumber(1));
    QCOMPARE(names.numberOf("s3"), ClientNumber(4)); // let in in the end
}

void TestObservedNames::bytesAreBounded()
{
    TapBounds bounds;
    bounds.nameBytes = 10;
    ObservedNames names = namesWithin(bounds);
    QCOMPARE(names.numberOf("12345678"), ClientNumber(1));
    QCOMPARE(names.numberOf("1234"), ClientNumber(0));
    QCOMPARE(names.numberOf("12"), ClientNumber(2));
}

QTEST_APPLESS_MAIN(TestObservedNames)
#include "tst_observednames.moc"
