#pragma once

#include <QtGlobal>

/// What a stranger's payload may take when it is read for people.
namespace pigeon {

/// As much of a payload is shown as text; more of it is in the hex view.
inline constexpr qsizetype shownTextBytes = 8 * 1024 * 1024;
/// A layout ends here: indented lines of short values are four times as long as what they were made of, and more than that
/// was made to be large.
inline constexpr qsizetype maximumLayoutBytes = 4 * shownTextBytes;
/// Deeper values are left alone by all readers: nobody reads a line that begins behind two hundred spaces.
inline constexpr int maximumDepth = 100;

} // namespace pigeon
