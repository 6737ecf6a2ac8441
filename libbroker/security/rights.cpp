#include "security/rights.h"

#include "base/logging.h"
#include "security/accessfile.h"

#include <QFile>
#include <QFileInfo>

namespace pigeon {

namespace {

constexpr qint64 largestFile = 64 * 1024 * 1024; // half a million users; who names a database hears so at once

void add(QString &problem, const QString &sentences)
{
    problem += (problem.isEmpty() || sentences.isEmpty() ? QString() : QStringLiteral(" ")) + sentences;
}

/// What `parse` makes of a file; what is wrong with it goes into `problem`.
template <typename Parsed>
std::shared_ptr<const Parsed> load(
    const QString &path, Parsed (*parse)(const QByteArray &, FileProblems &), QString &problem)
{
    QString unreadable;
    const QByteArray text = readRightsFile(path, unreadable);
    add(problem, unreadable);
    if (!unreadable.isEmpty())
        return nullptr;
    FileProblems found;
    auto parsed = std::make_shared<const Parsed>(parse(text, found));
    add(problem, problemsText(path, found));
    return parsed;
}

void warnOfReaders(const QString &path)
{
    if (QFileInfo(path).permissions() & (QFileDevice::ReadOther | QFileDevice::WriteOther))
        qCWarning(logSecurity, "The password file %s is open to all users of this machine: chmod 600 it",
            qPrintable(path));
}

} // namespace

QByteArray readRightsFile(const QString &path, QString &problem)
{
    QFile file(path);
    if (QFileInfo(path).isDir())
        problem = QStringLiteral("%1 is a folder: name the file.").arg(path);
    else if (!file.open(QIODevice::ReadOnly))
        problem = QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString());
    else if (file.size() > largestFile)
        problem = QStringLiteral("%1 has %2 bytes, more than a file of users or rights may have (%3).")
                      .arg(path)
                      .arg(file.size())
                      .arg(largestFile);
    if (!problem.isEmpty())
        return {};
    const QByteArray text = file.read(largestFile);
    if (file.error() != QFileDevice::NoError)
        problem = QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString());
    return text;
}

Rights loadRights(const QString &passwordFile, const QString &aclFile, QString &problem)
{
    Rights rights;
    if (!passwordFile.isEmpty()) {
        rights.users = load(passwordFile, PasswordFile::parse, problem);
        warnOfReaders(passwordFile);
    }
    if (!aclFile.isEmpty())
        rights.access = load(aclFile, parseAccessList, problem);
    return rights;
}

} // namespace pigeon
