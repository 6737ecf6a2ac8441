#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>

namespace pigeon {

/// Looks for a text in bytes; letters of ASCII may be large or small. It leaps by the length of what it looks for
/// (Horspool), so that payloads are not read byte by byte. Constant: any thread.
class TextSearch
{
public:
    TextSearch() = default;
    explicit TextSearch(QByteArrayView needle);

    bool isIn(QByteArrayView haystack) const { return indexIn(haystack, 0) >= 0; }
    /// Where it is found from `from` on, or -1. An empty text is everywhere.
    qsizetype indexIn(QByteArrayView haystack, qsizetype from) const;

private:
    QByteArray m_needle; ///< in small letters
    std::array<quint32, 256> m_leaps{}; ///< how far to go on, by the byte under the needle's last one
};

} // namespace pigeon
