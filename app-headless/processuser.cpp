#include "processuser.h"

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr auto unchanged = static_cast<uid_t>(-1);

// The system knows the user of each thread; it is libc that makes them all the same. These are for one thread.

bool setThreadGroups(const std::vector<gid_t> &groups)
{
    return ::syscall(SYS_setgroups, groups.size(), groups.data()) == 0;
}

bool setThreadGroup(gid_t group)
{
    return ::syscall(SYS_setresgid, unchanged, group, unchanged) == 0;
}

bool setThreadUser(uid_t user)
{
    return ::syscall(SYS_setresuid, unchanged, user, unchanged) == 0;
}

} // namespace

std::optional<ProcessUser> ProcessUser::find(const QString &name, QString &problem)
{
    const passwd *entry = ::getpwnam(name.toLocal8Bit().constData());
    if (!entry) {
        problem = QStringLiteral("user: there is no user \"%1\" on this machine: make one (adduser --system --group %1), or "
                                 "say `user root`.")
                      .arg(name);
        return std::nullopt;
    }
    ProcessUser found;
    found.m_name = name;
    found.m_user = entry->pw_uid;
    found.m_group = entry->pw_gid;
    int count = 64;
    found.m_groups.resize(static_cast<size_t>(count));
    while (::getgrouplist(entry->pw_name, entry->pw_gid, found.m_groups.data(), &count) < 0)
        found.m_groups.resize(static_cast<size_t>(count)); // it has said how many there are
    found.m_groups.resize(static_cast<size_t>(count));
    return found;
}

QString ProcessUser::failure(const char *what) const
{
    return QStringLiteral("user: cannot become %1 (%2): %3.")
        .arg(m_name, QLatin1String(what), QString::fromLocal8Bit(std::strerror(errno)));
}

std::optional<QString> ProcessUser::lend() const
{
    if (!setThreadGroups(m_groups) || !setThreadGroup(m_group) || !setThreadUser(m_user))
        return failure("for a while");
    return std::nullopt;
}

std::optional<QString> ProcessUser::takeBack() const
{
    if (!setThreadUser(0) || !setThreadGroup(0))
        return failure("and root again");
    return std::nullopt;
}

std::optional<QString> ProcessUser::become() const
{
    if (!setThreadGroups(m_groups)) // threads made meanwhile have them
        return failure("its groups");
    if (::setresgid(m_group, m_group, m_group) != 0)
        return failure("its group");
    if (::setresuid(m_user, m_user, m_user) != 0)
        return failure("itself");
    if (m_user != 0 && ::setuid(0) == 0) // nothing may lead back
        return QStringLiteral("user: %1 could become root again, which must not be.").arg(m_name);
    return std::nullopt;
}

} // namespace pigeon
