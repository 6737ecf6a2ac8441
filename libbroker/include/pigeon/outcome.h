#pragma once

#include <pigeon/packets.h>

#include <QByteArray>

#include <functional>
#include <vector>

namespace pigeon {

/// How something that a program asked the broker for has ended.
struct Outcome
{
    ReasonCode reason = ReasonCode::Success;
    QByteArray text; ///< a failure: why, a clause of English for people
    std::vector<ReasonCode> reasons; ///< of subscribe and unsubscribe: one per filter, as a SUBACK or UNSUBACK has them

    bool isSuccess() const { return !isFailure(reason); }

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

/// Hears the outcome: once, in the broker's thread, before the call that asked returns or later. May be empty.
using Completion = std::function<void(const Outcome &)>;

} // namespace pigeon
