#include "security/passwordfile.h"

#include "protocol/topic.h"
#include "security/scramline.h"
#include "security/secretbytes.h"

#include <QMessageAuthenticationCode>
#include <QtEndian>

#include <algorithm>

namespace pigeon {

namespace {

constexpr qsizetype secretBytes = 32;
constexpr qsizetype longestName = 65'535; // of a CONNECT

/// Without what ends it: a file that was written elsewhere has \r\n.
QByteArray withoutEnd(QByteArray line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

bool isSaying(const QByteArray &line)
{
    return !line.isEmpty() && !line.startsWith('#');
}

QByteArray nameIn(const QByteArray &line)
{
    return line.left(line.indexOf(':'));
}

} // namespace

PasswordFile::PasswordFile()
    : m_secret(randomBytes(secretBytes))
{
}

PasswordFile PasswordFile::parse(const QByteArray &text, FileProblems &problems)
{
    PasswordFile file;
    int number = 0;
    for (const QByteArray &each : text.split('\n')) {
        ++number;
        const QByteArray line = withoutEnd(each);
        if (!isSaying(line))
            continue;
        if (const std::optional<QString> why = file.addLine(line))
            problems.push_back({number, *why});
    }
    file.m_users.removeIf([](const auto &user) { return !user->hash && !user->scram; }); // of lines that were wrong
    for (const User &user : std::as_const(file.m_users)) {
        file.m_decoys.push_back(user.check());
        if (user.scram)
            file.m_scramIterations.push_back(parseScramLine(user.scram->text())->iterations);
    }
    return file;
}

/// Says why not when the line makes no user.
std::optional<QString> PasswordFile::addLine(const QByteArray &line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return QStringLiteral("there is no colon between a user and a hash: make the line with `pigeond passwd`.");
    const QByteArray name = nameIn(line);
    if (const std::optional<QString> why = whyNoUserName(name))
        return why;
    const std::optional<PasswordHash> hash = PasswordHash::parse(line.mid(colon + 1));
    if (!hash)
        return QStringLiteral("what follows the user is no hash of the forms $6$, $7$, $argon2id$ and SCRAM-SHA-256$: make the "
                              "line with `pigeond passwd`.");
    User &user = m_users[name];
    std::optional<PasswordHash> &place = isScramLine(hash->text()) ? user.scram : user.hash;
    if (place)
        return QStringLiteral("the user \"%1\" is in the file already: leave one of the two out.").arg(shownPiece(name));
    place = hash;
    return std::nullopt;
}

quint32 PasswordFile::markOf(const QByteArray &user) const
{
    const QByteArray mark = QMessageAuthenticationCode::hash(user, m_secret, QCryptographicHash::Sha256);
    return qFromLittleEndian<quint32>(mark.constData());
}

const PasswordHash *PasswordFile::decoyFor(const QByteArray &user) const
{
    if (m_decoys.empty())
        return nullptr; // who knows that there are no users learns nothing more
    // A file may mix forms of different cost: one name must always cost the same, as it does when it is there.
    return &m_decoys[markOf(user) % m_decoys.size()];
}

std::optional<ScramVerifier> PasswordFile::scramOf(const QByteArray &user) const
{
    const auto found = m_users.constFind(user);
    return found != m_users.cend() && found->scram ? parseScramLine(found->scram->text()) : std::nullopt;
}

int PasswordFile::scramIterationsOfStranger(const QByteArray &user) const
{
    return m_scramIterations[markOf(user) % m_scramIterations.size()];
}

bool PasswordFile::isUnchanged(const QByteArray &user, const PasswordFile &before) const
{
    const auto now = m_users.constFind(user);
    const auto then = before.m_users.constFind(user);
    const auto textOf = [](const std::optional<PasswordHash> &hash) { return hash ? hash->text() : QByteArray(); };
    return now != m_users.cend() && then != before.m_users.cend() && textOf(now->hash) == textOf(then->hash)
        && textOf(now->scram) == textOf(then->scram);
}

bool PasswordFile::isPasswordOf(const QByteArray &user, const QByteArray &password) const
{
    const PasswordHash *decoy = decoyFor(user);
    const auto found = m_users.constFind(user);
    const bool isKnown = found != m_users.constEnd();
    const PasswordHash *hash = isKnown ? &found->check() : decoy;
    const bool isRight = hash && hash->isOf(password);
    return isRight && isKnown;
}

std::optional<QByteArray> withUser(const QByteArray &text, const QByteArray &user, const QByteArrayList &hashes)
{
    QByteArrayList theirs;
    for (const QByteArray &hash : hashes)
        theirs.append(user + ':' + hash);
    QByteArrayList lines;
    bool isThere = false;
    for (const QByteArray &each : text.isEmpty() ? QByteArrayList() : text.split('\n')) {
        const QByteArray line = withoutEnd(each);
        const bool isTheirs = isSaying(line) && line.contains(':') && nameIn(line) == user;
        if (!isTheirs)
            lines.append(line);
        else if (!isThere)
            lines += theirs;
        isThere = isThere || isTheirs;
    }
    if (!isThere && hashes.isEmpty())
        return std::nullopt;
    while (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    if (!isThere)
        lines += theirs;
    return lines.isEmpty() ? QByteArray() : lines.join('\n') + '\n';
}

std::optional<QString> whyNoUserName(const QByteArray &user)
{
    if (user.isEmpty())
        return QStringLiteral("the user has no name: it is what stands before the colon.");
    const bool hasControl = std::any_of(
        user.begin(), user.end(), [](char each) { return static_cast<quint8>(each) < 0x20 || each == 0x7F; });
    if (user.size() > longestName || !isMqttText(user) || hasControl || user.contains(':') || user.startsWith('#'))
        return QStringLiteral("nobody can be called \"%1\": a user is at most 65535 bytes of UTF-8, without colons and "
                              "control characters, and does not begin with #.")
            .arg(shownPiece(user));
    return std::nullopt;
}

} // namespace pigeon
