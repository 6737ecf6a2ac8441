#include "hostile/brokerprocess.h"

#include <QDir>
#include <QFile>

#include <unistd.h>

namespace pigeon::test {

namespace {

constexpr int answerMilliseconds = 5'000;

QByteArray readLine(QProcess &process)
{
    while (!process.canReadLine()) {
        if (!process.waitForReadyRead(answerMilliseconds))
            return QByteArray();
    }
    return process.readLine().trimmed();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

BrokerProcess::BrokerProcess(const QStringList &options)
    : m_options(options)
{
    // The log of a broker under attack is long; HOSTILE_LOG shows it.
    if (qEnvironmentVariableIsSet("HOSTILE_LOG"))
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    else if (m_log.open())
        m_process.setStandardErrorFile(m_log.fileName());
    m_process.start(QStringLiteral(HOSTILE_BROKER), options);
    m_port = readLine(m_process).toUShort();
    if (m_port == 0)
        qFatal("the broker process does not start");
}

BrokerProcess::~BrokerProcess()
{
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(answerMilliseconds))
        m_process.kill();
    m_process.waitForFinished();
}

bool BrokerProcess::isRunning() const
{
    return m_process.state() == QProcess::Running && QFile::exists(procPath("status"));
}

BrokerProcess::Holdings BrokerProcess::holdings()
{
    m_process.write("?\n");
    m_process.waitForBytesWritten(answerMilliseconds);
    const QList<QByteArray> numbers = readLine(m_process).split(' ');
    return numbers.size() == 2 ? Holdings{numbers[0].toLongLong(), numbers[1].toLongLong()} : Holdings{};
}

void BrokerProcess::forgetPeak() const
{
    QFile file(procPath("clear_refs"));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

qint64 BrokerProcess::cpuMilliseconds() const
{
    // Behind the name in parentheses: state is field 3, utime 14, stime 15.
    const QByteArray stat = contentOf(procPath("stat"));
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 13)
        return -1;
    return (fields[11].toLongLong() + fields[12].toLongLong()) * 1000 / ::sysconf(_SC_CLK_TCK);
}

int BrokerProcess::openDescriptors() const
{
    return int(QDir(procPath("fd")).entryList(QDir::Files | QDir::System | QDir::NoDotAndDotDot).size());
}

qint64 BrokerProcess::status(const char *field) const
{
    const QList<QByteArray> lines = contentOf(procPath("status")).split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(field))
            return line.mid(qstrlen(field)).trimmed().split(' ').front().toLongLong();
    }
    return -1;
}

QString BrokerProcess::procPath(const char *name) const
{
    return QStringLiteral("/proc/%1/%2").arg(m_process.processId()).arg(QLatin1String(name));
}

} // namespace pigeon::test
