#pragma once

#include <QTest>

/// Leaves a test out under the thread sanitizer. For those in which values go from thread to thread through Qt alone
/// (queued signals with arguments, blocking calls, the end of a QThread): Qt's mutexes and semaphores are atomics and
/// futexes inside a library that is not instrumented, so each such value would look like a race.
#ifdef __SANITIZE_THREAD__
#define SKIP_WHERE_QT_IS_NOT_SEEN() QSKIP("the thread sanitizer does not see Qt's own synchronisation")
#else
#define SKIP_WHERE_QT_IS_NOT_SEEN() static_cast<void>(0)
#endif
