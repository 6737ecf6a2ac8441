#include "storage/lockfile.h"

#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pigeon {

LockFile::~LockFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

LockFile::Result LockFile::take()
{
    return open(O_CREAT);
}

LockFile::Result LockFile::takeIfThere()
{
    const Result result = open(0);
    return result == Result::Error && m_error == ENOENT ? Result::Held : result;
}

LockFile::Result LockFile::open(int extraFlags)
{
    m_descriptor = ::open(QFile::encodeName(m_path).constData(), O_RDWR | O_CLOEXEC | extraFlags, 0600);
    if (m_descriptor < 0) {
        m_error = errno;
        return Result::Error;
    }
    return lock();
}

LockFile::Result LockFile::lock()
{
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) {
        writePid();
        return Result::Held;
    }
    m_error = errno;
    if (m_error != EWOULDBLOCK)
        return Result::Error;
    char text[24] = {};
    if (::pread(m_descriptor, text, sizeof text - 1, 0) > 0)
        m_holder = QByteArray(text).trimmed().toLongLong();
    return Result::HeldByAnother;
}

/// For the sentence that the next one is refused with; the lock does not depend on it.
void LockFile::writePid() const
{
    const QByteArray text = QByteArray::number(qint64(::getpid())) + '\n';
    ::fchmod(m_descriptor, 0600);
    if (::ftruncate(m_descriptor, 0) != 0 || ::pwrite(m_descriptor, text.constData(), size_t(text.size()), 0) < 0)
        return; // a full disk: the sentence will lack the number
}

} // namespace pigeon
