#pragma once

#include "base/deadlinewheel.h"
#include "base/logging.h"
#include "broker/programcalls.h"

#include <pigeon/handlers.h>

#include <QObject>
#include <QThread>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace pigeon {

/// Asks a handler and sees to it that exactly one decision comes back, on the broker thread: the handler's own,
/// given at once or later and from any thread, or a refusal when it throws, forgets, or takes too long.
/// Broker thread, but for the answers.
class AnswerDesk
{
public:
    /// `limit` 0: a handler may take for ever.
    AnswerDesk(ProgramCalls &calls, DeadlineWheel &deadlines, const Clock &clock, Milliseconds limit)
        : m_calls(calls)
        , m_deadlines(deadlines)
        , m_clock(clock)
        , m_limit(limit)
    {
        m_mailbox->receiver = &m_receiver;
    }
    ~AnswerDesk()
    {
        // Answers that come later find nobody; their questions ended with the broker.
        const std::lock_guard lock(m_mailbox->mutex);
        m_mailbox->receiver = nullptr;
    }
    AnswerDesk(const AnswerDesk &) = delete;
    AnswerDesk &operator=(const AnswerDesk &) = delete;

    /// For questions from now on.
    void setLimit(Milliseconds limit) { m_limit = limit; }
    /// Calls `handler` with an answer to give; `decided` is called once, now or later. `name` is for the log.
    template <typename Decision, typename Handler>
    void ask(const char *name, Handler &&handler, std::function<void(Decision)> decided)
    {
        auto question = std::make_shared<Question<Decision>>(std::move(decided));
        {
            const Answer<Decision> answer([question, mailbox = m_mailbox](Decision decision) {
                deliver(question, *mailbox, std::move(decision));
            });
            const ProgramCalls::Inside inside(m_calls);
            try {
                handler(answer);
            } catch (const std::exception &exception) {
                qCWarning(logSecurity, "The handler %s threw (%s): that is a refusal", name, exception.what());
                question->immediate = Decision::refuse();
            } catch (...) {
                qCWarning(logSecurity, "The handler %s threw: that is a refusal", name);
                question->immediate = Decision::refuse();
            }
        } // a handler that dropped its answer has refused here
        question->isAsking = false;
        if (question->immediate)
            question->decide(*std::exchange(question->immediate, std::nullopt));
        else if (m_limit.count() > 0)
            limitTime(name, question);
    }

private:
    struct Mailbox
    {
        std::mutex mutex;
        QObject *receiver = nullptr;
    };

    template <typename Decision>
    struct Question
    {
        explicit Question(std::function<void(Decision)> then)
            : decided(std::move(then))
        {
        }
        /// Broker thread; the first decision counts.
        void decide(Decision decision)
        {
            deadline.reset();
            if (auto then = std::exchange(decided, nullptr))
                then(std::move(decision));
        }
        std::function<void(Decision)> decided;
        std::optional<Decision> immediate; // given while the handler was being called, by its own thread
        bool isAsking = true;
        const QThread *const thread = QThread::currentThread();
        std::unique_ptr<Deadline> deadline;
    };

    template <typename Decision>
    static void deliver(const std::shared_ptr<Question<Decision>> &question, Mailbox &mailbox, Decision decision)
    {
        if (QThread::currentThread() == question->thread && question->isAsking) {
            question->immediate = std::move(decision);
            return;
        }
        // Queued even from the broker thread: whoever answers is in the middle of something of its own.
        const std::lock_guard lock(mailbox.mutex);
        if (mailbox.receiver)
            QMetaObject::invokeMethod(
                mailbox.receiver,
                [question, decision = std::move(decision)]() mutable { question->decide(std::move(decision)); },
                Qt::QueuedConnection);
    }

    template <typename Decision>
    void limitTime(const char *name, const std::shared_ptr<Question<Decision>> &question)
    {
        question->deadline = std::make_unique<Deadline>([weak = std::weak_ptr(question), name] {
            if (const auto late = weak.lock()) {
                qCWarning(logSecurity, "The handler %s did not answer in time: that is a refusal", name);
                late->decide(Decision::refuse());
            }
        });
        m_deadlines.set(*question->deadline, m_clock.now() + m_limit);
    }

    ProgramCalls &m_calls;
    DeadlineWheel &m_deadlines;
    const Clock &m_clock;
    Milliseconds m_limit;
    QObject m_receiver;
    std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
};

} // namespace pigeon
