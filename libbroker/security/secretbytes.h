#pragma once

#include <QByteArray>
#include <QRandomGenerator>

namespace pigeon {

/// From the system's generator. Any thread.
inline QByteArray randomBytes(qsizetype count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes;
}

/// Takes the same time wherever the two differ.
inline bool equalInConstantTime(const QByteArray &left, const QByteArray &right)
{
    if (left.size() != right.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < left.size(); ++i)
        difference |= static_cast<quint8>(left[i]) ^ static_cast<quint8>(right[i]);
    return difference == 0;
}

} // namespace pigeon
