#include "pidfile.h"

#include <QFile>

#include <unistd.h>

namespace pigeon {

PidFile::~PidFile()
{
    if (!m_path.isEmpty())
        QFile::remove(m_path);
}

std::optional<QString> PidFile::write(const QString &path)
{
    if (path.isEmpty())
        return std::nullopt;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)
        || file.write(QByteArray::number(qint64(::getpid())) + '\n') < 0 || !file.flush())
        return QStringLiteral("pid_file %1 cannot be written: %2.").arg(path, file.errorString());
    m_path = path;
    return std::nullopt;
}

} // namespace pigeon
