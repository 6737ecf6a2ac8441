#include "filter/textsearch.h"

namespace pigeon {

namespace {

constexpr std::array<uchar, 256> makeSmallLetters()
{
    std::array<uchar, 256> table{};
    for (size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<uchar>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    return table;
}
constexpr std::array<uchar, 256> smallLetters = makeSmallLetters();

uchar small(char byte) { return smallLetters[static_cast<uchar>(byte)]; }

} // namespace

TextSearch::TextSearch(QByteArrayView needle)
    : m_needle(needle.toByteArray())
{
    for (char &byte : m_needle)
        byte = static_cast<char>(small(byte));
    m_leaps.fill(static_cast<quint32>(m_needle.size()));
    for (qsizetype i = 0; i + 1 < m_needle.size(); ++i)
        m_leaps[static_cast<uchar>(m_needle[i])] = static_cast<quint32>(m_needle.size() - 1 - i);
}

qsizetype TextSearch::indexIn(QByteArrayView haystack, qsizetype from) const
{
    const qsizetype length = m_needle.size();
    if (length == 0)
        return from;
    qsizetype end = from + length - 1;
    while (end < haystack.size()) {
        qsizetype back = 0;
        while (back < length && small(haystack[end - back]) == static_cast<uchar>(m_needle[length - 1 - back]))
            ++back;
        if (back == length)
            return end - length + 1;
        end += m_leaps[small(haystack[end])];
    }
    return -1;
}

} // namespace pigeon
