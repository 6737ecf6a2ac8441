#include "transport/presharedkeys.h"

#include <algorithm>
#include <utility>

namespace pigeon {

namespace {

bool isHexadecimal(const QByteArray &text)
{
    return !text.isEmpty() && text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f') || (each >= 'A' && each <= 'F');
    });
}

QString lineProblem(const QByteArray &identity, const QByteArray &key)
{
    if (identity.isEmpty())
        return QStringLiteral("it must be IDENTITY:KEY, and the identity is missing");
    if (identity.size() > PresharedKeys::mostIdentityBytes)
        return QStringLiteral("the identity has more than %1 bytes").arg(PresharedKeys::mostIdentityBytes);
    if (!isHexadecimal(key))
        return QStringLiteral("the key of \"%1\" is no even number of hexadecimal digits (`openssl rand -hex 32` makes "
                              "one)")
            .arg(QString::fromUtf8(identity));
    if (key.size() / 2 > PresharedKeys::mostKeyBytes)
        return QStringLiteral("the key of \"%1\" has more than %2 bytes")
            .arg(QString::fromUtf8(identity))
            .arg(PresharedKeys::mostKeyBytes);
    return {};
}

} // namespace

QString PresharedKeys::read(const QByteArray &text)
{
    QHash<QByteArray, QByteArray> keys;
    int number = 0;
    for (QByteArray line : text.split('\n')) {
        ++number;
        line = line.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        const qsizetype colon = line.indexOf(':');
        const QByteArray identity = colon < 0 ? QByteArray() : line.left(colon);
        const QByteArray key = line.mid(colon + 1);
        QString problem = lineProblem(identity, key);
        if (problem.isEmpty() && keys.contains(identity))
            problem = QStringLiteral("\"%1\" has a key already").arg(QString::fromUtf8(identity));
        if (!problem.isEmpty())
            return QStringLiteral("line %1: %2").arg(number).arg(problem);
        keys.insert(identity, QByteArray::fromHex(key));
    }
    if (keys.isEmpty())
        return QStringLiteral("line 1: there is no IDENTITY:KEY, so that nobody could come in");
    m_keys = std::move(keys);
    return {};
}

} // namespace pigeon
