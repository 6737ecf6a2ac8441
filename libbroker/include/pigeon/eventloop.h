#pragma once

#include <pigeon/global.h>

class QThread;

namespace pigeon {

/// Gives the calling thread an event loop whose cost does not grow with the number of connections (epoll on Linux;
/// elsewhere nothing changes and false is returned). Optional: a Broker works with any event loop, this one is for
/// programs that serve many clients. To be called before the thread has a loop, that is before QCoreApplication in
/// the main thread. Since 0.1.
bool installFastEventLoop();
/// The same for a thread that was not started yet. Since 0.1.
bool installFastEventLoop(QThread &thread);

} // namespace pigeon
