#include <pigeon/eventloop.h>

#include "base/epolldispatcher.h"

#include <QCoreApplication>
#include <QThread>

namespace pigeon {

bool installFastEventLoop()
{
#ifdef Q_OS_LINUX
    if (QAbstractEventDispatcher::instance())
        return false;
    if (!QCoreApplication::instance())
        QCoreApplication::setEventDispatcher(new EpollDispatcher); // the application takes it over
    else
        QThread::currentThread()->setEventDispatcher(new EpollDispatcher);
    return true;
#else
    return false;
#endif
}

bool installFastEventLoop(QThread &thread)
{
#ifdef Q_OS_LINUX
    if (thread.isRunning() || thread.eventDispatcher())
        return false;
    thread.setEventDispatcher(new EpollDispatcher); // the thread takes it over
    return true;
#else
    Q_UNUSED(thread);
    return false;
#endif
}

} // namespace pigeon
