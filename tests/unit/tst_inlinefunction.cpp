#include "base/inlinefunction.h"

#include <QTest>

#include <array>

using namespace pigeon;

/// A function that lies within its holder, or on the heap when it is too large: called, moved and destroyed alike.
class TestInlineFunction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyIsFalse();
    void isCalledWithItsArguments_data();
    void isCalledWithItsArguments();
    void whatItHoldsEndsOnce_data();
    void whatItHoldsEndsOnce();
    void holdsWhatCannotBeCopied();
};

namespace {

using Function = InlineFunction<int(int), 32>;

// Captures `witness` and as many bytes more.
template <size_t Bytes>
Function counting(std::shared_ptr<int> witness)
{
    return [witness = std::move(witness), more = std::array<char, Bytes>{}](int by) { return (*witness += by) + more[0]; };
}

Function countingOf(bool isLarge, std::shared_ptr<int> witness)
{
    return isLarge ? counting<200>(std::move(witness)) : counting<1>(std::move(witness));
}

void sizes()
{
    QTest::addColumn<bool>("isLarge");
    QTest::newRow("within") << false;
    QTest::newRow("on the heap") << true;
}

} // namespace

void TestInlineFunction::emptyIsFalse()
{
    Function function;
    QVERIFY(!function);
    function = [](int x) { return x; };
    QVERIFY(static_cast<bool>(function));
    const Function taken = std::move(function);
    QVERIFY(static_cast<bool>(taken));
    QVERIFY(!function); // NOLINT(bugprone-use-after-move): that is the question
}

void TestInlineFunction::isCalledWithItsArguments_data()
{
    sizes();
}

void TestInlineFunction::isCalledWithItsArguments()
{
    QFETCH(bool, isLarge);
    const auto witness = std::make_shared<int>(0);
    Function function = countingOf(isLarge, witness);
    QCOMPARE(function(2), 2);
    Function moved = std::move(function);
    QCOMPARE(moved(3), 5);
    QCOMPARE(*witness, 5);
}

void TestInlineFunction::whatItHoldsEndsOnce_data()
{
    sizes();
}

void TestInlineFunction::whatItHoldsEndsOnce()
{
    QFETCH(bool, isLarge);
    const auto witness = std::make_shared<int>(0);
    {
        Function function = countingOf(isLarge, witness);
        QCOMPARE(witness.use_count(), 2);
        Function moved = std::move(function);
        QCOMPARE(witness.use_count(), 2);
        moved = [](int x) { return x; }; // what was there goes
        QCOMPARE(witness.use_count(), 1);
        moved = countingOf(isLarge, witness);
        QCOMPARE(witness.use_count(), 2);
    }
    QCOMPARE(witness.use_count(), 1);
}

void TestInlineFunction::holdsWhatCannotBeCopied()
{
    InlineFunction<int(), 32> function = [value = std::make_unique<int>(7)] { return *value; };
    QCOMPARE(function(), 7);
}

QTEST_APPLESS_MAIN(TestInlineFunction)
#include "tst_inlinefunction.moc"
