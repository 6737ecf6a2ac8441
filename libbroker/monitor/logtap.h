#pragma once

#include "monitor/records.h"

#include <memory>
#include <mutex>
#include <vector>

namespace pigeon {

/// The lines that the broker logs, for one observer: those of the categories "pigeon.*" that are logged at all, of every
/// broker of the process. They go where they went before as well. Bounded, what does not fit is counted. Any thread.
class LogTap
{
public:
    /// From now on lines are kept. While there is a tap a message handler of ours stands before the program's.
    static std::shared_ptr<LogTap> open();
    ~LogTap();
    LogTap(const LogTap &) = delete;
    LogTap &operator=(const LogTap &) = delete;

    /// Takes what there is.
    std::vector<LogLine> take();
    /// Lines that were lost, ever.
    quint64 lost() const;

private:
    friend class LogTaps;
    LogTap() = default;
    void add(const LogLine &line);

    mutable std::mutex m_mutex;
    std::vector<LogLine> m_lines;
    quint64 m_lost = 0;
};

} // namespace pigeon
