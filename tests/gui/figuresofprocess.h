#pragma once

#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <chrono>
#include <unistd.h>

namespace pigeon {

/// Memory of this process that is in RAM, MiB.
inline double residentMiB()
{
    QFile status(QStringLiteral("/proc/self/statm"));
    if (!status.open(QFile::ReadOnly))
        return 0;
    return status.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE)) / 1024 / 1024;
}

/// Lets the event loop run: it sleeps where there is nothing to do, as that of the program does.
inline void spend(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace pigeon
