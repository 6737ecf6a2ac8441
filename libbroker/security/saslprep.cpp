#include "security/saslprep.h"

#include <QString>
#include <QStringDecoder>

#include <array>

namespace pigeon {
namespace {

struct Range
{
    char32_t first;
    char32_t last;
};

// RFC 3454, C.1.2: spaces other than U+0020, which they become.
constexpr std::array nonAsciiSpaces = {
    Range{ 0xA0, 0xA0 },
    Range{ 0x1680, 0x1680 },
    Range{ 0x2000, 0x200B },
    Range{ 0x202F, 0x202F },
    Range{ 0x205F, 0x205F },
    Range{ 0x3000, 0x3000 },
};

// RFC 3454, B.1: commonly mapped to nothing.
constexpr std::array mappedToNothing = {
    Range{ 0xAD, 0xAD },
    Range{ 0x34F, 0x34F },
    Range{ 0x1806, 0x1806 },
    Range{ 0x180B, 0x180D },
    Range{ 0x200C, 0x200D },
    Range{ 0x2060, 0x2060 },
    Range{ 0xFE00, 0xFE0F },
    Range{ 0xFEFF, 0xFEFF },
};

// RFC 4013, 2.3: the tables C.1.2, C.2.1, C.2.2, C.3 to C.9 of RFC 3454, in order of code points.
constexpr std::array prohibited = {
    Range{ 0x0, 0x1F },
    Range{ 0x7F, 0xA0 },
    Range{ 0x340, 0x341 },
    Range{ 0x6DD, 0x6DD },
    Range{ 0x70F, 0x70F },
    Range{ 0x1680, 0x1680 },
    Range{ 0x180E, 0x180E },
    Range{ 0x2000, 0x200F },
    Range{ 0x2028, 0x202F },
    Range{ 0x205F, 0x2063 },
    Range{ 0x206A, 0x206F },
    Range{ 0x2FF0, 0x2FFB },
    Range{ 0x3000, 0x3000 },
    Range{ 0xD800, 0xF8FF },
    Range{ 0xFDD0, 0xFDEF },
    Range{ 0xFEFF, 0xFEFF },
    Range{ 0xFFF9, 0xFFFF },
    Range{ 0x1D173, 0x1D17A },
    Range{ 0xE0001, 0xE0001 },
    Range{ 0xE0020, 0xE007F },
    Range{ 0xF0000, 0x10FFFF },
};

template <std::size_t Size> bool isIn(const std::array<Range, Size> &table, char32_t codePoint)
{
    return std::any_of(table.begin(), table.end(),
        [codePoint](const Range &range) { return codePoint >= range.first && codePoint <= range.last; });
}

/// C.4: the last two code points of every plane are no characters.
bool isProhibited(char32_t codePoint)
{
    return isIn(prohibited, codePoint) || (codePoint & 0xFFFE) == 0xFFFE;
}

bool isRightToLeft(char32_t codePoint)
{
    const QChar::Direction direction = QChar::direction(codePoint);
    return direction == QChar::DirR || direction == QChar::DirAL;
}

/// RFC 3454, 6: text that runs from right to left has no character of the other direction in it, and begins
/// and ends with one of its own.
bool hasOneDirection(const QList<uint> &codePoints)
{
    if (std::none_of(codePoints.begin(), codePoints.end(), isRightToLeft))
        return true;
    return isRightToLeft(codePoints.first()) && isRightToLeft(codePoints.last())
        && std::none_of(codePoints.begin(), codePoints.end(),
            [](char32_t codePoint) { return QChar::direction(codePoint) == QChar::DirL; });
}

QString mapped(const QString &text)
{
    QString result;
    result.reserve(text.size());
    // Every mapped code point is one UTF-16 unit, so surrogates pass by untouched.
    for (const QChar character : text) {
        if (isIn(nonAsciiSpaces, character.unicode()))
            result.append(QLatin1Char(' '));
        else if (!isIn(mappedToNothing, character.unicode()))
            result.append(character);
    }
    return result;
}

} // namespace

std::optional<QByteArray> saslPrepared(QByteArrayView utf8)
{
    // U+FEFF at the start is a character here, no mark of the byte order.
    QStringDecoder decoder(
        QStringDecoder::Utf8, QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decoder.decode(utf8);
    if (decoder.hasError())
        return std::nullopt;

    const QString normalized = mapped(text).normalized(QString::NormalizationForm_KC, QChar::Unicode_3_2);
    const QList<uint> codePoints = normalized.toUcs4();
    if (std::any_of(codePoints.begin(), codePoints.end(), isProhibited) || !hasOneDirection(codePoints))
        return std::nullopt;
    return normalized.toUtf8();
}

} // namespace pigeon
