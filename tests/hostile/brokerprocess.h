#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryFile>

namespace pigeon::test {

/// A broker in a process of its own, and what the system says about it. Ends with this object.
class BrokerProcess
{
public:
    /// `options` as hostile_broker takes them: "drainTimeout=300".
    explicit BrokerProcess(const QStringList &options = {});
    ~BrokerProcess();

    const QStringList &options() const { return m_options; }
    quint16 port() const { return m_port; }
    bool isRunning() const;

    struct Holdings
    {
        qint64 clients = -1; ///< Broker::connectedClients
        qint64 sessions = -1;
    };
    /// Asks the broker; -1 when it does not answer within five seconds.
    Holdings holdings();
    /// Memory in RAM now, and the most since the last `forgetPeak`, KiB.
    qint64 memoryKiB() const { return status("VmRSS:"); }
    qint64 peakKiB() const { return status("VmHWM:"); }
    void forgetPeak() const;
    /// CPU time used up, user and system, milliseconds.
    qint64 cpuMilliseconds() const;
    int openDescriptors() const;
    qint64 logBytes() const { return m_log.size(); }

private:
    qint64 status(const char *field) const;
    QString procPath(const char *name) const;

    const QStringList m_options;
    QTemporaryFile m_log;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace pigeon::test
