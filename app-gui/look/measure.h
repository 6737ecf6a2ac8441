#pragma once

#include <QFontMetrics>
#include <QWidget>

#include <cmath>

namespace pigeon {

/// A length in units of the widget's font height, so that everything grows with it.
inline int em(const QWidget *widget, double count) { return static_cast<int>(std::lround(widget->fontMetrics().height() * count)); }

} // namespace pigeon
