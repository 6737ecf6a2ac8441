#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

/// The files of BrokerOptions::passwordFile and aclFile, for those who look after them: nothing here needs a broker.
/// All functions block on the disk; any thread.
namespace pigeon {

/// What is wrong with the two files, sentences with file and line; empty when all is well. An empty path = no such
/// file. Since 0.1.
QString rightsProblem(const QString &passwordFile, const QString &aclFile);

/// Whether a user that is there already is taken over when a password file is written.
enum class PasswordFileMode {
    Change, ///< the file stays, but for that user; it is made when it is not there
    Replace, ///< the file has that user alone afterwards
};
/// Whether a user gets a line of what SCRAM-SHA-256 needs as well, so that its password need not cross the network.
enum class ScramLine {
    AsBefore, ///< who has one gets a new one
    Written,
};
/// Gives `user` (UTF-8) that password, kept as Argon2id. The file is replaced as a whole, so that a broker never reads
/// half of one, and only its owner may read it. What is wrong, a sentence; then the file is as before. Since 0.1.
std::optional<QString> writePassword(
    const QString &file, const QByteArray &user, const QByteArray &password, PasswordFileMode mode,
    ScramLine scram = ScramLine::AsBefore);
/// Takes `user` out. What is wrong, a sentence; then the file is as before. Since 0.1.
std::optional<QString> removePassword(const QString &file, const QByteArray &user);

/// A question to an ACL file.
struct AccessQuestion
{
    enum class Kind { Publish, Subscribe, Receive };
    Kind kind = Kind::Publish;
    QByteArray clientId;
    QByteArray userName; ///< empty = a client without a user
    QByteArray topic; ///< Subscribe: a topic filter, also one that begins with `$share/`
};
/// What a broker with that file would decide, and why.
struct AccessExplanation
{
    bool isAllowed = false;
    int line = 0; ///< of the ACL file, the rule that decided; 0: none did
    QByteArray rule; ///< that rule, "read a/#"
    QString problem; ///< the file, the topic or the filter cannot be used; then nobody may
};
/// `aclFile` empty: there is none, and everybody may do what MQTT allows. Since 0.1.
AccessExplanation explainAccess(const QString &aclFile, const AccessQuestion &question);

} // namespace pigeon
