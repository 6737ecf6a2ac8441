#pragma once

#include "config/configkey.h"

namespace pigeon {

/// Reads `value.text` as the type of `key`; what is wrong with it, a clause without a full stop, when it is not one.
/// A number that stands for "no bound" becomes the maximum. Pure.
std::optional<QString> readValue(const ConfigKey &key, ConfigValue &value);
/// The value as a file would have it: "true", "30s", "drop-new".
QString writtenValue(const ConfigKey &key, const ConfigValue &value);
/// What may follow the key, for people: "true|false", "1 to 65535 messages; 0 = no bound".
QString valueForm(const ConfigKey &key);

} // namespace pigeon
