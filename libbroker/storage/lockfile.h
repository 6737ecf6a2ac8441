#pragma once

#include <QString>

namespace pigeon {

/// The lock that makes one process the only user of a store: `<file>.lock`, held with flock(2), so that the kernel lets
/// go of it however the process ends. (QLockFile judges by the pid it finds written: in a container, where the broker
/// is pid 1 every time, it would refuse for ever after a crash.) The file stays behind; deleting it would let two
/// processes hold two locks of one name. Any thread, one at a time.
class LockFile
{
public:
    explicit LockFile(QString path)
        : m_path(std::move(path))
    {
    }
    ~LockFile();
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;

    enum class Result { Held, HeldByAnother, Error };
    /// Makes the file (mode 0600) if need be and takes the lock, without waiting.
    Result take();
    /// Takes the lock if there is such a file; makes none. Held also when there is none: then nobody holds it.
    Result takeIfThere();

    /// After HeldByAnother: the pid that its holder has written, 0 when unreadable.
    qint64 holder() const { return m_holder; }
    /// After Error: the errno.
    int error() const { return m_error; }
    const QString &path() const { return m_path; }

private:
    Result open(int extraFlags);
    Result lock();
    void writePid() const;

    QString m_path;
    int m_descriptor = -1;
    qint64 m_holder = 0;
    int m_error = 0;
};

} // namespace pigeon
