#pragma once

#include "filter/filterprogram.h"

#include <chrono>
#include <memory>

namespace pigeon {

/// A reader of the rows that were there when it was made, for one thread, whichever. What has gone from the ring since is
/// still there for it.
class RowCursor : public FilterRow
{
public:
    virtual quint64 begin() const = 0;
    virtual quint64 end() const = 0;
    /// To a row in between.
    virtual void goTo(quint64 row) = 0;
};

/// Wall time in ns since the epoch of Unix, as records have it.
inline qint64 wallTime()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}
/// A time of records as filters have it, in ms.
inline double asMilliseconds(qint64 nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

/// A stream of rows that can be filtered: the ring of messages, the ring of packets.
class RowLog
{
public:
    virtual ~RowLog() = default;
    virtual quint64 begin() const = 0;
    virtual quint64 end() const = 0;
    /// Window's thread.
    virtual std::unique_ptr<RowCursor> cursor() const = 0;
    /// Counts the times that something became known which rows were asked for in vain: they answer otherwise now.
    virtual quint64 lateAnswers() const { return 0; }
};

} // namespace pigeon
