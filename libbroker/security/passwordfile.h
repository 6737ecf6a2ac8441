#pragma once

#include "security/fileproblem.h"
#include "security/passwordhash.h"

#include <pigeon/authentication.h>

#include <QByteArrayList>
#include <QHash>

#include <vector>

namespace pigeon {

/// The users of a password file, a line `NAME:HASH` each; see PasswordHash for the forms. A user may have two, one of which
/// is for SCRAM; if that is the only one, it is also what a password is compared with. A value, any thread.
class PasswordFile
{
public:
    /// Reads the text of a file; # begins a comment. All problems are told, and with one the result is not to be used:
    /// a line that is misread must not become a user without a password. A pure function.
    static PasswordFile parse(const QByteArray &text, FileProblems &problems);

    /// Whether `user` has that password. A name that is not in the file costs as much as one that is: nobody can find out
    /// by the time whom there is. Milliseconds or more: not for the broker thread.
    bool isPasswordOf(const QByteArray &user, const QByteArray &password) const;
    bool has(const QByteArray &user) const { return m_users.contains(user); }
    /// Both have `user`, with the same line.
    bool isUnchanged(const QByteArray &user, const PasswordFile &before) const;
    qsizetype size() const { return m_users.size(); }

    /// What SCRAM-SHA-256 needs; nothing where `user` has no such line.
    std::optional<ScramVerifier> scramOf(const QByteArray &user) const;
    bool hasScram() const { return !m_scramIterations.empty(); }
    /// The work of a verifier that somebody has who is not in the file: as of one of those who are.
    int scramIterationsOfStranger(const QByteArray &user) const;

private:
    struct User
    {
        std::optional<PasswordHash> hash; ///< of any form but SCRAM
        std::optional<PasswordHash> scram; ///< one of the two is there

        /// What a password is compared with.
        const PasswordHash &check() const { return hash ? *hash : *scram; }
    };

    PasswordFile();
    std::optional<QString> addLine(const QByteArray &line);
    quint32 markOf(const QByteArray &user) const;
    const PasswordHash *decoyFor(const QByteArray &user) const;

    QHash<QByteArray, User> m_users;
    std::vector<PasswordHash> m_decoys; // of all users
    std::vector<int> m_scramIterations; // of all that have some
    QByteArray m_secret; // random: nobody can tell beforehand which decoy a name gets
};

/// The text of a password file with one user changed, added (a line for each of `hashes`) or, without any, taken out;
/// comments and the order stay. Nothing when there is nobody to take out. A pure function.
std::optional<QByteArray> withUser(const QByteArray &text, const QByteArray &user, const QByteArrayList &hashes);

/// Why nobody can be called so in a password file; nothing when somebody can.
std::optional<QString> whyNoUserName(const QByteArray &user);

} // namespace pigeon
