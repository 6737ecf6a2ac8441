#pragma once

#include "broker/gate.h"
#include "monitor/answers.h"

#include <functional>
#include <memory>
#include <utility>

namespace pigeon {

inline QString &errorOf(CommandAnswer &answer) { return answer.error; }
inline QString &errorOf(DeletedRetained &answer) { return answer.answer.error; }
template <typename Value>
QString &errorOf(Value &answer)
{
    return answer.error;
}

/// The answer that is owed to one call: given once, in the thread of who has called. If nobody gives it, since the broker
/// ended first, it is an error. Any thread.
template <typename Value>
class Reply
{
public:
    Reply(std::shared_ptr<Gate> caller, std::function<void(const Value &)> answered)
        : m_caller(std::move(caller))
        , m_answered(std::move(answered))
    {
    }
    ~Reply()
    {
        if (!m_answered)
            return;
        Value gone;
        errorOf(gone) = QStringLiteral("The broker does not run any more: start it and try again.");
        give(std::move(gone));
    }
    Reply(const Reply &) = delete;
    Reply &operator=(const Reply &) = delete;

    void give(Value value)
    {
        if (auto answered = std::exchange(m_answered, nullptr))
            m_caller->post([answered = std::move(answered), value = std::move(value)] { answered(value); });
    }

private:
    const std::shared_ptr<Gate> m_caller;
    std::function<void(const Value &)> m_answered;
};

template <typename Value>
using ReplyPtr = std::shared_ptr<Reply<Value>>;

} // namespace pigeon
