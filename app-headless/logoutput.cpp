#include "logoutput.h"

#include <QFile>
#include <QLoggingCategory>
#include <QStringList>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

namespace pigeon {

namespace {

/// A file, or a stream of the process.
class StreamSink final : public LogSink
{
public:
    StreamSink(int descriptor, bool isOurs)
        : m_descriptor(descriptor)
        , m_isOurs(isOurs)
    {
    }
    ~StreamSink() override
    {
        if (m_isOurs)
            ::close(m_descriptor);
    }
    /// One call a line: lines of several processes do not mix. What cannot be written is lost; there is nobody to tell.
    void write(const LogEvent &event, const LogSettings &settings) override
    {
        const QByteArray line = logLine(event, settings);
        [[maybe_unused]] const ssize_t written = ::write(m_descriptor, line.constData(), static_cast<size_t>(line.size()));
    }

private:
    const int m_descriptor;
    const bool m_isOurs;
};

/// syslog(3), which puts time and name before a line itself.
class SyslogSink final : public LogSink
{
public:
    explicit SyslogSink(std::optional<int> localFacility)
    {
        ::openlog("pigeond", LOG_PID, localFacility ? LOG_LOCAL0 + (*localFacility << 3) : LOG_DAEMON);
    }
    void write(const LogEvent &event, const LogSettings &settings) override
    {
        LogSettings plain = settings;
        plain.timestamp = false;
        const QByteArray line
            = settings.format == LogFormat::Json ? logLine(event, plain).chopped(1) : printable(event.text);
        ::syslog(priorityOf(event.type), "%s", line.constData());
    }

private:
    static int priorityOf(QtMsgType type)
    {
        switch (type) {
        case QtDebugMsg:
            return LOG_DEBUG;
        case QtInfoMsg:
            return LOG_INFO;
        case QtWarningMsg:
            return LOG_WARNING;
        case QtCriticalMsg:
            return LOG_ERR;
        case QtFatalMsg:
            return LOG_CRIT;
        }
        return LOG_NOTICE;
    }
};

/// What lines go through. A message handler has no other way to know.
struct Current
{
    std::mutex mutex;
    std::unique_ptr<LogOutput> output;
};

Current &current()
{
    static Current instance;
    return instance;
}

/// The rules of Qt's logging categories for the types; subscribe and unsubscribe are one category.
QString filterRules(LogTypes types, bool hasConnectionMessages)
{
    const auto rule = [](const char *category, bool isOn) {
        return QLatin1String(category) + QLatin1String(isOn ? "=true" : "=false");
    };
    const bool hasInformation = types.testFlag(LogType::Information);
    const QStringList rules = {
        rule("pigeon.*.debug", types.testFlag(LogType::Debug)),
        rule("pigeon.*.info", hasInformation),
        rule("pigeon.connection.info", hasInformation && hasConnectionMessages),
        rule("pigeon.session.info", types & (LogType::Subscribe | LogType::Unsubscribe)),
        rule("pigeon.broker.info", types.testFlag(LogType::Notice)),
        rule("pigeon.*.warning", types.testFlag(LogType::Warning)),
        rule("pigeon.*.critical", types.testFlag(LogType::Error)),
    };
    return rules.join(u'\n');
}

/// The file, for nobody else to read: client ids and topics are in it.
int openFile(const QString &path)
{
    return ::open(QFile::encodeName(path).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

} // namespace

LogOutput::LogOutput(const LogSettings &settings)
    : m_settings(settings)
{
}

LogOutput::~LogOutput() = default;

std::unique_ptr<LogOutput> LogOutput::open(const LogSettings &settings, QString &problem)
{
    std::unique_ptr<LogOutput> output(new LogOutput(settings));
    if (settings.toStandardError)
        output->m_sinks.push_back(std::make_unique<StreamSink>(STDERR_FILENO, false));
    if (settings.toStandardOutput)
        output->m_sinks.push_back(std::make_unique<StreamSink>(STDOUT_FILENO, false));
    if (settings.toSyslog)
        output->m_sinks.push_back(std::make_unique<SyslogSink>(settings.syslogFacility));
    if (settings.file.isEmpty())
        return output;
    const int file = openFile(settings.file);
    if (file < 0) {
        problem = QStringLiteral("log_dest file %1 cannot be opened: %2.")
                      .arg(settings.file, QString::fromLocal8Bit(std::strerror(errno)));
        return nullptr;
    }
    output->m_file = file;
    output->m_sinks.push_back(std::make_unique<StreamSink>(file, true));
    return output;
}

void LogOutput::giveFileTo(uid_t user, gid_t group) const
{
    struct stat file = {};
    if (m_file >= 0 && ::fstat(m_file, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == 0 && file.st_size == 0)
        [[maybe_unused]] const int changed = ::fchown(m_file, user, group); // a reload says when it cannot be opened
}

void LogOutput::use(std::unique_ptr<LogOutput> output)
{
    const QString rules = filterRules(output->m_settings.types, output->m_settings.connectionMessages);
    {
        const std::lock_guard lock(current().mutex);
        current().output.swap(output);
    }
    QLoggingCategory::setFilterRules(rules);
    qInstallMessageHandler(take);
}

bool LogOutput::toggleEverything()
{
    LogOutput &output = *current().output;
    output.m_isEverything = !output.m_isEverything;
    QLoggingCategory::setFilterRules(output.m_isEverything
            ? filterRules(allLogTypes(), true)
            : filterRules(output.m_settings.types, output.m_settings.connectionMessages));
    return output.m_isEverything;
}

void LogOutput::take(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const LogEvent event{type, context.category, text};
    const std::lock_guard lock(current().mutex);
    for (const std::unique_ptr<LogSink> &sink : current().output->m_sinks)
        sink->write(event, current().output->m_settings);
}

} // namespace pigeon
