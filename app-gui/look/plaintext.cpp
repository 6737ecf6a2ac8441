#include "look/plaintext.h"

namespace pigeon {

namespace {

/// Characters that show nothing themselves, or change how their neighbours are shown.
bool isHidden(QChar character)
{
    const char16_t code = character.unicode();
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F)
        || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

QString shown(QChar character)
{
    const char16_t code = character.unicode();
    if (code < 0x20)
        return QString(QChar(static_cast<char16_t>(0x2400 + code))); // the pictures of control characters
    return QStringLiteral("\\u%1").arg(uint(code), 4, 16, QLatin1Char('0'));
}

} // namespace

QString plainLine(const QString &text, qsizetype most)
{
    const bool isCut = text.size() > most;
    const QStringView part = QStringView(text).left(most);
    QString line;
    line.reserve(part.size() + 1);
    for (const QChar character : part) {
        if (isHidden(character))
            line += shown(character);
        else
            line += character;
    }
    if (isCut)
        line += QChar(0x2026);
    return line;
}

QString plainTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    // Always HTML, so that nothing has to be guessed; spaces stay as they are.
    return QStringLiteral("<span style=\"white-space: pre-wrap\">%1</span>").arg(plainLine(text).toHtmlEscaped());
}

QString plainLine(QByteArrayView utf8, qsizetype most)
{
    // Four bytes a character at most: what lies behind need not be decoded.
    return plainLine(QString::fromUtf8(utf8.first(std::min(utf8.size(), most * 4 + 4))), most);
}

} // namespace pigeon
