#include "payload/visibletext.h"

#include <QStringDecoder>

namespace pigeon {

namespace {

constexpr char16_t controlPictures = 0x2400; // a picture for each of U+0000 to U+001F
constexpr char16_t pictureOfDelete = 0x2421;
constexpr char16_t anyOther = 0x25AF; // ▯, for what has no picture of its own
constexpr int tabColumns = 4;
constexpr qsizetype looked = 64 * 1024; // as much tells text from the rest

/// Marks that turn the direction of writing, or hide: a text must look like what it is.
bool isTreacherous(char16_t code)
{
    return (code >= 0x80 && code < 0xA0) || (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E)
        || (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF || code == 0x061C;
}

char16_t picture(char16_t code)
{
    if (code < 0x20)
        return static_cast<char16_t>(controlPictures + code);
    return code == 0x7F ? pictureOfDelete : isTreacherous(code) ? anyOther : code;
}

bool isRareControl(char byte) { return static_cast<uchar>(byte) < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\x1b'; }

} // namespace

QString visibleText(QByteArrayView utf8)
{
    const QString text = QString::fromUtf8(utf8);
    const qsizetype tabs = text.count(u'\t');
    QString visible(text.size() + tabs * (tabColumns - 1), Qt::Uninitialized);
    QChar *at = visible.data();
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t code = text[i].unicode();
        if (code >= 0x20 && code < 0x7F)
            *at++ = QChar(code);
        else if (code == u'\r' && i + 1 < text.size() && text[i + 1] == u'\n')
            continue;
        else if (code == u'\t')
            at = std::fill_n(at, tabColumns, QChar(u' '));
        else
            *at++ = code == u'\n' ? QChar(u'\n') : QChar(picture(code));
    }
    visible.truncate(at - visible.constData());
    return visible;
}

bool looksLikeText(QByteArrayView bytes)
{
    QByteArrayView first = bytes.first(std::min(bytes.size(), looked));
    // A character may be cut at the end of what is looked at.
    while (first.size() < bytes.size() && !first.isEmpty() && (static_cast<uchar>(first.back()) & 0x80))
        first.chop(1);
    const auto controls = std::ranges::count_if(first, isRareControl);
    QStringDecoder decoder(QStringDecoder::Utf8);
    [[maybe_unused]] const QString decoded = decoder(first);
    return !decoder.hasError() && controls * 50 <= first.size();
}

} // namespace pigeon
