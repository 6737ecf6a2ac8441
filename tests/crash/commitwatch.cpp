#include "crash/commitwatch.h"

#include <QByteArray>
#include <QFile>

#include <sys/inotify.h>
#include <unistd.h>

namespace pigeon::test {

CommitWatch::CommitWatch(const QString &folder)
    : m_descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
{
    ::inotify_add_watch(m_descriptor, QFile::encodeName(folder).constData(), IN_MODIFY);
}

CommitWatch::~CommitWatch()
{
    ::close(m_descriptor);
}

bool CommitWatch::hasWritten()
{
    bool hasWritten = false;
    alignas(inotify_event) char buffer[4'096];
    ssize_t bytes = 0;
    while ((bytes = ::read(m_descriptor, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < bytes;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer + at);
            hasWritten = hasWritten || QByteArray(event->name).endsWith("-wal");
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
    }
    return hasWritten;
}

} // namespace pigeon::test
