#include <pigeon/users.h>

#include "protocol/topic.h"
#include "security/accessfile.h"
#include "security/rights.h"
#include "security/scramline.h"

#include <QFileInfo>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

namespace pigeon {

namespace {

using Kind = AccessQuestion::Kind;

// More than the 4096 of RFC 7677; the client pays as much as we do, and may be small.
constexpr int scramIterations = 10'000;

/// The text of a password file that is to be changed: one that is wrong is not touched, since nobody reads it.
QByteArray soundText(const QString &file, QString &problem)
{
    const QByteArray text = readRightsFile(file, problem);
    FileProblems found;
    PasswordFile::parse(text, found);
    if (problem.isEmpty())
        problem = problemsText(file, found);
    return text;
}

/// The file that is replaced was read by somebody, often a broker that is not root: it must be able to go on.
void keepOwner(QSaveFile &file)
{
    struct stat before;
    if (::stat(QFile::encodeName(file.fileName()).constData(), &before) != 0)
        return; // a new one is its maker's
    const mode_t mode = (before.st_mode & 0660) | 0600;
    // First whose, then who else: in between nobody may read it to whom it does not belong. Only root can give away.
    if (::fchown(file.handle(), before.st_uid, before.st_gid) == 0)
        ::fchmod(file.handle(), mode);
}

std::optional<QString> writeText(const QString &path, const QByteArray &text)
{
    QSaveFile file(path);
    // Before the first byte: nobody else may read hashes, not even for a moment.
    const bool isWritten = file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) && file.write(text) == text.size();
    if (isWritten)
        keepOwner(file);
    if (isWritten && file.commit())
        return std::nullopt;
    return QStringLiteral("%1 cannot be written: %2.").arg(path, file.errorString());
}

bool isSoundTopic(const AccessQuestion &question)
{
    if (question.topic.isEmpty() || !isMqttText(question.topic))
        return false;
    return question.kind == Kind::Subscribe ? !topicFilterError(question.topic) : !topicNameError(question.topic);
}

AccessVerdict verdictOf(const AccessList &list, const AccessQuestion &question)
{
    switch (question.kind) {
    case Kind::Publish:
        return list.publish(question.clientId, question.userName, question.topic);
    case Kind::Receive:
        return list.receive(question.clientId, question.userName, question.topic);
    case Kind::Subscribe:
        break;
    }
    return list.subscribe(question.clientId, question.userName, splitFilter(question.topic).filter);
}

} // namespace

QString rightsProblem(const QString &passwordFile, const QString &aclFile)
{
    QString problem;
    loadRights(passwordFile, aclFile, problem);
    return problem;
}

std::optional<QString> writePassword(
    const QString &file, const QByteArray &user, const QByteArray &password, PasswordFileMode mode, ScramLine scram)
{
    if (const std::optional<QString> why = whyNoUserName(user))
        return why;
    QString problem;
    const bool isChanged = mode == PasswordFileMode::Change && QFileInfo::exists(file);
    const QByteArray text = isChanged ? soundText(file, problem) : QByteArray();
    if (!problem.isEmpty())
        return problem;
    const std::optional<PasswordHash> hash = PasswordHash::make(password);
    if (!hash)
        return QStringLiteral("there is no memory to hash the password.");
    QByteArrayList hashes = {hash->text()};
    FileProblems none; // it was looked at already
    if (scram == ScramLine::Written || PasswordFile::parse(text, none).scramOf(user))
        hashes.append(scramLineOf(ScramVerifier::fromPassword(ScramHash::Sha256, password, scramIterations)));
    return writeText(file, withUser(text, user, hashes).value_or(QByteArray()));
}

std::optional<QString> removePassword(const QString &file, const QByteArray &user)
{
    QString problem;
    const QByteArray text = soundText(file, problem);
    if (!problem.isEmpty())
        return problem;
    const std::optional<QByteArray> changed = withUser(text, user, {});
    if (!changed)
        return QStringLiteral("there is no user \"%1\" in %2.").arg(shownPiece(user), file);
    return writeText(file, *changed);
}

AccessExplanation explainAccess(const QString &aclFile, const AccessQuestion &question)
{
    AccessExplanation explained;
    const Rights rights = loadRights({}, aclFile, explained.problem);
    if (explained.problem.isEmpty() && !isSoundTopic(question))
        explained.problem = QStringLiteral("\"%1\" is no topic%2.")
                                .arg(shownPiece(question.topic),
                                    question.kind == Kind::Subscribe ? QStringLiteral(" filter") : QString());
    if (!explained.problem.isEmpty())
        return explained;
    if (question.kind == Kind::Publish && isSystemTopic(question.topic))
        return explained; // the broker's own voice, whatever a file says
    if (!rights.access) {
        explained.isAllowed = true;
        return explained;
    }
    const AccessVerdict verdict = verdictOf(*rights.access, question);
    explained.isAllowed = verdict.isAllowed;
    if (verdict.rule) {
        explained.line = verdict.rule->line;
        explained.rule = QByteArray(wordOf(verdict.rule->kind)) + ' ' + verdict.rule->filter.text();
    }
    return explained;
}

} // namespace pigeon
