#include <pigeon/handlers.h>

#include <QTest>

#include <atomic>
#include <thread>

using namespace pigeon;

namespace {

using Decision = AuthenticateDecision;

/// Runs `work` in some threads at once, each with a copy of the answer of its own.
template <typename Work>
void inThreads(Answer<Decision> &&answer, Work work)
{
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    constexpr int count = 4;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&ready, work, i, mine = std::make_unique<Answer<Decision>>(answer)]() mutable {
            ++ready;
            while (ready < count)
                std::this_thread::yield();
            work(i, std::move(mine));
        });
    }
    {
        const auto last = std::move(answer); // is let go of among the others
    }
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace

/// An answer may be copied, given and dropped in any thread; the program is heard once.
class TestAnswer : public QObject
{
    Q_OBJECT

    std::vector<Decision> m_heard;

    Answer<Decision> answer()
    {
        m_heard.clear();
        return Answer<Decision>([this](const Decision &decision) { m_heard.push_back(decision); });
    }

private Q_SLOTS:
    void theFirstCounts();
    void manyThreadsAnswer();
    void manyThreadsDropIt();
    void oneAnswersWhileOthersDropIt();
};

void TestAnswer::theFirstCounts()
{
    const auto twice = answer();
    twice(Decision::accept("first"));
    twice(Decision::accept("second"));
    QCOMPARE(m_heard.size(), size_t(1));
    QCOMPARE(m_heard[0].userName, QByteArray("first"));
}

void TestAnswer::manyThreadsAnswer()
{
    for (int round = 0; round < 200; ++round) {
        inThreads(answer(), [](int i, auto mine) { (*mine)(Decision::accept(QByteArray::number(i))); });
        QCOMPARE(m_heard.size(), size_t(1));
        QVERIFY(m_heard[0].isAccepted);
    }
}

void TestAnswer::manyThreadsDropIt()
{
    for (int round = 0; round < 200; ++round) {
        inThreads(answer(), [](int, auto mine) { mine.reset(); });
        QCOMPARE(m_heard.size(), size_t(1));
        QVERIFY(!m_heard[0].isAccepted);
    }
}

void TestAnswer::oneAnswersWhileOthersDropIt()
{
    for (int round = 0; round < 200; ++round) {
        inThreads(answer(), [](int i, auto mine) {
            if (i == 1)
                (*mine)(Decision::accept("joe"));
        });
        QCOMPARE(m_heard.size(), size_t(1));
        QCOMPARE(m_heard[0].userName, QByteArray("joe"));
    }
}

QTEST_GUILESS_MAIN(TestAnswer)
#include "tst_answer.moc"
