#pragma once

#include "config/configkey.h"

#include <span>

namespace pigeon {

/// Every key that mosquitto 2.0 and 2.1 know, and ours: the table that everything about configuration files is drawn
/// from. Keys that work come first, in the order of the reference page.
std::span<const ConfigKey> configKeys();
/// The key of that name; null when there is none.
const ConfigKey *findKey(const QString &name);
/// The name of a key that somebody who wrote `name` may have meant; empty when none is near.
QString nearestKey(const QString &name);

} // namespace pigeon
