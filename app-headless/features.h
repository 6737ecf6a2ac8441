#pragma once

#include <QString>

namespace pigeon {

/// The text of --version: what this build can do, and the versions of what it stands on. Needs a QCoreApplication, for its
/// plugins.
QString versionPage();

} // namespace pigeon
