#pragma once

#include "config/configuration.h"

#include <QString>

#include <optional>

namespace pigeon {

/// Sends everything that is logged where the settings say, one line an event with time and level. Control characters
/// that a client put into a name are made visible. What is wrong, a sentence, when the file cannot be opened.
/// Once, in the main thread.
std::optional<QString> installLogOutput(const LogSettings &settings);

} // namespace pigeon
