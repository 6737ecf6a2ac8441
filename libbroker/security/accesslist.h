#pragma once

#include "security/accessfilter.h"

#include <QHash>

#include <vector>

namespace pigeon {

/// What a rule of an ACL file gives or takes.
enum class AccessKind : quint8 { Read, Write, ReadWrite, Deny };

/// One line of an ACL file.
struct AccessRule
{
    AccessKind kind = AccessKind::ReadWrite;
    AccessFilter filter;
    int line = 0; ///< of the file, from 1

    bool mayRead() const { return kind == AccessKind::Read || kind == AccessKind::ReadWrite; }
    bool mayWrite() const { return kind == AccessKind::Write || kind == AccessKind::ReadWrite; }
};

/// What was decided, and which rule did.
struct AccessVerdict
{
    bool isAllowed = false;
    const AccessRule *rule = nullptr; ///< of the list that was asked; null: no rule speaks of it, which means no
};

/// A rule as it is for one client.
struct AppliedRule
{
    const AccessRule *rule = nullptr; ///< of the list that was asked
    QByteArray filter; ///< its topics, with the names of the client; for eyes
    bool isPattern = false; ///< for everybody; false: for the user alone, or for clients without one
    bool isOfAllTopics = false; ///< a denial that its names cannot be put into, so that it denies everything
};

/// Who may publish to, subscribe to and receive which topics: the rules of an ACL file. Each question looks at the rules
/// of one user, then at the patterns, and allocates nothing. In both the denials come first; a rule of the user's own
/// stands above every pattern, as in mosquitto. What no rule speaks of is refused. It knows no file. A value, any thread.
class AccessList
{
public:
    /// `user` empty: for clients without one.
    void addRule(const QByteArray &user, AccessRule rule);
    /// For everybody, with %c and %u for the names of who asks.
    void addPattern(AccessRule rule);

    AccessVerdict publish(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic) const;
    AccessVerdict receive(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic) const;
    /// `filter` is one without `$share/`. Allowed as soon as some topic that it matches may be read, since each message is
    /// asked about again when it is delivered; refused when nothing could ever come, so that the client hears of it.
    AccessVerdict subscribe(const QByteArray &clientId, const QByteArray &userName, QByteArrayView filter) const;

    /// The rules that any of these questions may be decided by, in the order in which they are looked at: the first one
    /// that speaks of a topic decides about it. `most` at most.
    std::vector<AppliedRule> rulesFor(const QByteArray &clientId, const QByteArray &userName, size_t most) const;

    bool hasUsers() const { return !m_users.empty(); }

private:
    struct Rules
    {
        std::vector<AccessRule> denials;
        std::vector<AccessRule> grants;
        void add(AccessRule rule);
    };
    const Rules *rulesOfUser(const QByteArray &userName) const;
    template <typename Denies, typename Grants>
    AccessVerdict decide(const AccessNames &names, const QByteArray &userName, Denies denies, Grants grants) const;

    QHash<QByteArray, Rules> m_users;
    Rules m_nobody; // of clients without a user
    Rules m_patterns;
};

} // namespace pigeon
