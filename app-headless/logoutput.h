#pragma once

#include "config/configuration.h"
#include "logform.h"

#include <QString>

#include <memory>
#include <sys/types.h>
#include <vector>

namespace pigeon {

/// One place that lines go to. Any thread, one at a time.
class LogSink
{
public:
    virtual ~LogSink() = default;
    virtual void write(const LogEvent &event, const LogSettings &settings) = 0;
};

/// The log of the process: everything that is logged goes, one line an event, where the settings say. What a client has put
/// into a name can neither break a line nor steer a terminal. Main thread, but for the lines, which come from any.
class LogOutput
{
public:
    /// Opens a file and syslog where the settings ask for them, while lines still go where they went. Null: it cannot be,
    /// and `problem` is a sentence.
    static std::unique_ptr<LogOutput> open(const LogSettings &settings, QString &problem);
    /// From now on lines go there; what was in use before is closed.
    static void use(std::unique_ptr<LogOutput> output);
    /// Logs everything, or again what the settings say. True: everything.
    static bool toggleEverything();

    ~LogOutput();
    /// Makes the file that of a user, where it is root's and was made just now.
    void giveFileTo(uid_t user, gid_t group) const;

private:
    explicit LogOutput(const LogSettings &settings);
    static void take(QtMsgType type, const QMessageLogContext &context, const QString &text);

    const LogSettings m_settings;
    std::vector<std::unique_ptr<LogSink>> m_sinks;
    int m_file = -1; // borrowed from its sink; -1 = none
    bool m_isEverything = false;
};

} // namespace pigeon
