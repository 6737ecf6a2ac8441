#pragma once

#include <QByteArray>
#include <QString>

#include <optional>
#include <sys/types.h>
#include <vector>

namespace pigeon {

/// Whom a process of root's becomes: first only as far as files of the store and of users are concerned, so that they can
/// be read and written later as well, then for good, when the ports are open. Main thread.
class ProcessUser
{
public:
    /// The user of that name with all its groups. Nothing: there is none, `problem` says so.
    static std::optional<ProcessUser> find(const QString &name, QString &problem);

    /// This thread, and those that it makes meanwhile, are that user. What is wrong, a sentence, when that cannot be.
    std::optional<QString> lend() const;
    /// This thread is root again; the others stay.
    std::optional<QString> takeBack() const;
    /// The whole process, for good.
    std::optional<QString> become() const;

    uid_t userId() const { return m_user; }
    gid_t groupId() const { return m_group; }
    const QString &name() const { return m_name; }

private:
    ProcessUser() = default;
    QString failure(const char *what) const;

    QString m_name;
    uid_t m_user = 0;
    gid_t m_group = 0;
    std::vector<gid_t> m_groups;
};

} // namespace pigeon
