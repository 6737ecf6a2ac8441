#include "payload/imagereader.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

#include <array>

namespace pigeon {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ImageReader)
};

struct Magic
{
    QByteArrayView start;
    qsizetype at;
    QByteArrayView then;
    const char *format; ///< of QImageReader
};
constexpr std::array magics = {
    Magic{"\x89PNG\r\n\x1a\n", 0, {}, "png"},
    Magic{"\xFF\xD8\xFF", 0, {}, "jpeg"},
    Magic{"GIF8", 0, {}, "gif"},
    Magic{"BM", 6, QByteArrayView("\0\0\0\0", 4), "bmp"}, // reserved, and zero: two letters alone are none
    Magic{"RIFF", 8, "WEBP", "webp"},
};

const Magic *magicOf(QByteArrayView bytes)
{
    const auto found = std::ranges::find_if(magics, [&](const Magic &magic) {
        return bytes.startsWith(magic.start) && bytes.size() >= magic.at + magic.then.size()
            && bytes.sliced(magic.at, magic.then.size()) == magic.then;
    });
    return found == magics.end() ? nullptr : &*found;
}

} // namespace

bool looksLikeImage(QByteArrayView bytes) { return magicOf(bytes) != nullptr; }

ReadImage readImage(const QByteArray &bytes)
{
    const Magic *magic = magicOf(bytes);
    if (!magic)
        return {{}, Texts::tr("This is no picture.")};
    QBuffer buffer;
    buffer.setData(bytes);
    // By its name alone: what is called a PNG goes to no other decoder.
    QImageReader reader(&buffer, magic->format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (!size.isValid())
        return {{}, Texts::tr("The picture does not say how large it is.")};
    if (qint64(size.width()) * size.height() > maximumImagePixels)
        return {{}, Texts::tr("The picture says that it has %1 × %2 points: more than are decoded.").arg(size.width()).arg(size.height())};
    if (std::max(size.width(), size.height()) > shownImagePixels)
        reader.setScaledSize(size.scaled(shownImagePixels, shownImagePixels, Qt::KeepAspectRatio));
    const QImage image = reader.read();
    if (image.isNull())
        return {{}, Texts::tr("The picture cannot be decoded: %1.").arg(reader.errorString())};
    return {image, Texts::tr("%1, %2 × %3").arg(QString::fromLatin1(magic->format).toUpper()).arg(size.width()).arg(size.height())};
}

} // namespace pigeon
