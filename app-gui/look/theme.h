#pragma once

#include <QColor>
#include <QPalette>

namespace pigeon {

/// Which palette the window has.
enum class Theme { System, Light, Dark };

/// What a colour means where it stands for more than "text"; never the only sign, a word or a letter is beside it.
enum class Tone { Good, Warning, Bad, Accent, Quiet };

/// Gives the application Fusion and the palette of `theme`. GUI thread, at any time.
void applyTheme(Theme theme);
/// True when the palette is a dark one: Qt 6.4 has nobody to ask.
bool isDark(const QPalette &palette);
/// A colour of that meaning which can be read on the base of `palette` (contrast 4.5:1 or more).
QColor toneColor(Tone tone, const QPalette &palette);
/// The same, to be painted thinly over a ground that text stands on.
QColor toneBackground(Tone tone, const QPalette &palette);
/// What comes of it on the ground `role`.
QColor washedGround(Tone tone, const QPalette &palette, QPalette::ColorRole role);
/// Colours that can be told from each other and from the base, for lines of a chart.
QColor seriesColor(int series, const QPalette &palette);

} // namespace pigeon
