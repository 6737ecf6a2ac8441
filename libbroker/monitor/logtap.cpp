#include "monitor/logtap.h"

#include <pigeon/logging.h>

#include <chrono>
#include <cstring>
#include <utility>

namespace pigeon {

namespace {

constexpr size_t mostLines = 10'000; // between two collections

} // namespace

/// All taps of the process: Qt has one message handler.
class LogTaps
{
public:
    static LogTaps &all()
    {
        static LogTaps taps;
        return taps;
    }
    void add(LogTap *tap)
    {
        const std::lock_guard lock(m_mutex);
        m_taps.push_back(tap);
        if (!std::exchange(m_isInstalled, true))
            m_before = qInstallMessageHandler(handle);
    }
    void remove(LogTap *tap)
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_taps, tap);
        if (!m_taps.empty())
            return;
        const QtMessageHandler current = qInstallMessageHandler(m_before);
        m_isInstalled = current != handle; // somebody has put another one before ours, who goes on calling it
        if (m_isInstalled)
            qInstallMessageHandler(current);
    }

private:
    static void handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
    {
        if (context.category && std::strncmp(context.category, "pigeon.", 7) == 0)
            all().tell(type, context, text);
        if (const QtMessageHandler before = all().before())
            before(type, context, text);
    }
    QtMessageHandler before()
    {
        const std::lock_guard lock(m_mutex);
        return m_before;
    }
    void tell(QtMsgType type, const QMessageLogContext &context, const QString &text)
    {
        LogLine line;
        line.when = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now().time_since_epoch())
                        .count();
        line.level = type;
        line.category = context.category;
        line.text = text;
        if (const LogSubject *subject = currentLogSubject())
            line.clientId = subject->clientId;
        const std::lock_guard lock(m_mutex);
        for (LogTap *tap : m_taps)
            tap->add(line);
    }

    std::mutex m_mutex;
    std::vector<LogTap *> m_taps;
    QtMessageHandler m_before = nullptr;
    bool m_isInstalled = false;
};

std::shared_ptr<LogTap> LogTap::open()
{
    std::shared_ptr<LogTap> tap(new LogTap);
    LogTaps::all().add(tap.get());
    return tap;
}

LogTap::~LogTap()
{
    LogTaps::all().remove(this);
}

void LogTap::add(const LogLine &line)
{
    const std::lock_guard lock(m_mutex);
    if (m_lines.size() < mostLines)
        m_lines.push_back(line);
    else
        ++m_lost;
}

std::vector<LogLine> LogTap::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_lines, {});
}

quint64 LogTap::lost() const
{
    const std::lock_guard lock(m_mutex);
    return m_lost;
}

} // namespace pigeon
