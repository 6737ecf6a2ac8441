#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

#include <sys/types.h>

namespace pigeon::test {

/// pigeond as a child process that may die at any moment. Nothing of it waits unless it says so.
class PigeondProcess
{
public:
    PigeondProcess() = default;
    ~PigeondProcess() { kill(); }
    PigeondProcess(const PigeondProcess &) = delete;

    /// Runs `pigeond -c <configFile>`. With `asNobody` the child gives up root first.
    void start(const QString &configFile, bool asNobody = false);
    /// Waits for the line that says where it listens; false when it ended before, or did not come within ten seconds.
    bool waitUntilReady();
    /// SIGKILL, and waits until the system has cleared up behind it. Does nothing when none runs.
    void kill();
    /// SIGTERM, and waits for its end: the exit code, or nothing when it did not come within ten seconds.
    std::optional<int> stop();
    /// Waits for an end that comes by itself.
    std::optional<int> waitForEnd();
    /// How long its files may grow from now on, as a disk that is full; nothing: as long as they like.
    void limitFiles(std::optional<qint64> bytes) const;

    bool isRunning() const { return m_pid > 0; }
    quint16 port() const { return m_port; }
    /// Takes in what it has said, so that it never waits for us.
    void drain();
    int logDescriptor() const { return m_log; }
    const QByteArray &said() const { return m_said; }

private:
    [[noreturn]] static void become(const QByteArray &program, const QByteArray &config, int log, bool asNobody);
    bool waitForWords(int milliseconds);
    void ended(int status);

    pid_t m_pid = -1;
    int m_log = -1; // our end of its stderr
    quint16 m_port = 0;
    int m_exitCode = -1;
    QByteArray m_said; // since the last start
};

} // namespace pigeon::test
