#include "base/processmemory.h"

#ifdef Q_OS_LINUX
#include <QByteArray>
#include <QFile>

#include <unistd.h>
#endif

namespace pigeon {

quint64 residentBytes()
{
#ifdef Q_OS_LINUX
    QFile statm(QStringLiteral("/proc/self/statm"));
    const long pageBytes = sysconf(_SC_PAGESIZE);
    if (pageBytes <= 0 || !statm.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> pages = statm.readAll().split(' '); // all, resident, ...
    return pages.size() > 1 ? pages[1].toULongLong() * static_cast<quint64>(pageBytes) : 0;
#else
    return 0;
#endif
}

} // namespace pigeon
