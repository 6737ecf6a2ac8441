#pragma once

#include <QtCore/qglobal.h>

/// What every other header of the library needs: the version of the library.
namespace pigeon {

/// The version of the library, "major.minor.patch". Any thread.
inline constexpr const char versionText[] = "0.1.0";

} // namespace pigeon
