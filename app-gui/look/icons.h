#pragma once

#include <QIcon>

namespace pigeon {

/// An icon of our own set (resources/icons/window) by its file name without ".svg". It is drawn in the text colour of the
/// application's palette each time, so that it follows light, dark, disabled and selected by itself, at any scale.
/// GUI thread.
QIcon icon(const QString &name);

/// The names of the set.
QStringList iconNames();

} // namespace pigeon
