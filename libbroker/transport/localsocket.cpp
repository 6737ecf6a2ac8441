#include "transport/localsocket.h"

#include "transport/acceptor.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr qsizetype longestPath = sizeof(sockaddr_un::sun_path) - 1;

int makeSocket()
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor >= 0) {
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    }
    return descriptor;
}

sockaddr_un addressOf(const QByteArray &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    return address;
}

/// Whether nobody answers at a socket that lies there.
bool isAbandoned(const QByteArray &path)
{
    const int probe = makeSocket();
    if (probe < 0)
        return false;
    const sockaddr_un address = addressOf(path);
    const int outcome = ::connect(probe, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    const bool isRefused = outcome != 0 && errno == ECONNREFUSED;
    ::close(probe);
    return isRefused;
}

QString whatToDo(int error)
{
    switch (error) {
    case EADDRINUSE:
        return QStringLiteral("something is there already, a live socket or another file: stop the program that listens "
                              "there, or choose another path");
    case EACCES:
    case EPERM:
        return QStringLiteral("this user may not make files in that folder: give it the right, or choose another path");
    case ENOENT:
    case ENOTDIR:
        return QStringLiteral("there is no such folder: make it first");
    default:
        return QString::fromLocal8Bit(std::strerror(error));
    }
}

} // namespace

std::optional<QString> LocalSocket::listen(const QString &path, quint32 mode)
{
    m_path = QFile::encodeName(path);
    if (m_path.isEmpty() || m_path.size() > longestPath || m_path.contains('\0'))
        return QStringLiteral("The local socket \"%1\" cannot be opened: a path has 1 to %2 bytes; choose a shorter one.")
            .arg(path)
            .arg(longestPath);
    m_descriptor = makeSocket();
    std::optional<QString> problem = m_descriptor < 0 ? std::optional(whatToDo(errno)) : bind(mode);
    if (!problem)
        return std::nullopt;
    close();
    return QStringLiteral("The local socket \"%1\" cannot be opened: %2.").arg(path, *problem);
}

void LocalSocket::takeOver(const QString &path, qintptr socket)
{
    m_path = QFile::encodeName(path);
    m_descriptor = static_cast<int>(socket);
    ::fcntl(m_descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(m_descriptor, F_SETFL, O_NONBLOCK);
}

void LocalSocket::inherit(LocalSocket &other)
{
    m_device = other.m_device;
    m_inode = std::exchange(other.m_inode, 0);
}

std::optional<QString> LocalSocket::bind(quint32 mode)
{
    const sockaddr_un address = addressOf(m_path);
    const auto tryToBind = [&] {
        return ::bind(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    };
    if (!tryToBind() && (errno != EADDRINUSE || !removeStale() || !tryToBind()))
        return whatToDo(errno);
    struct stat file{};
    if (::lstat(m_path.constData(), &file) == 0) {
        m_device = file.st_dev;
        m_inode = file.st_ino;
    }
    // Before listen: until then nobody can connect, whatever the rights are meanwhile.
    if (::chmod(m_path.constData(), mode & 0777) != 0 || ::listen(m_descriptor, Acceptor::backlog) != 0)
        return whatToDo(errno);
    return std::nullopt;
}

/// False: what lies there is in use, or no socket.
bool LocalSocket::removeStale() const
{
    struct stat file{};
    const bool isStale
        = ::lstat(m_path.constData(), &file) == 0 && S_ISSOCK(file.st_mode) && isAbandoned(m_path);
    const bool isRemoved = isStale && ::unlink(m_path.constData()) == 0;
    errno = isStale ? errno : EADDRINUSE;
    return isRemoved;
}

void LocalSocket::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
    struct stat file{};
    const bool isOurs = m_inode != 0 && ::lstat(m_path.constData(), &file) == 0 && quint64(file.st_dev) == m_device
        && quint64(file.st_ino) == m_inode;
    if (isOurs)
        ::unlink(m_path.constData());
    m_inode = 0;
}

} // namespace pigeon
