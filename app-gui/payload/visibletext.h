#pragma once

#include <QByteArrayView>
#include <QString>

namespace pigeon {

/// Bytes as text in lines: UTF-8, with control characters and what turns the direction of writing made visible, one
/// character for each, and U+FFFD for what is no UTF-8. Line breaks stay, CR LF becomes one, tabs become spaces. Pure.
QString visibleText(QByteArrayView utf8);
/// True when it can be read as text: UTF-8 with next to no control characters.
bool looksLikeText(QByteArrayView bytes);

} // namespace pigeon
