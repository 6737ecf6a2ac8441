#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>

namespace pigeon {

/// A picture out of a payload, and what there is to say about it.
struct ReadImage
{
    QImage image; ///< null: it is none, or larger than it may be
    QString text; ///< "PNG, 640 × 480"; what is wrong, a sentence, when there is no image
};

/// Reads PNG, JPEG, GIF, BMP and WebP, the first picture of several. How large it is is read before it is decoded: a
/// stranger made it. Any thread.
ReadImage readImage(const QByteArray &bytes);
/// True when the first bytes are those of one of these.
bool looksLikeImage(QByteArrayView bytes);

inline constexpr qint64 maximumImagePixels = 64 * 1024 * 1024; // 256 MB while it is decoded
inline constexpr int shownImagePixels = 2048; // larger ones are made smaller, along their longer side

} // namespace pigeon
