#pragma once

#include "config/configuration.h"

#include <QString>

namespace pigeon {

/// docs/options.md: every key, drawn from the table. Pure.
QString optionsPage();
/// What is in force, a line each in the syntax of the file, and behind it where it was said: "default", a line of a
/// file, or "command line". Pure.
QString configurationInForce(const Configuration &configuration, const Invocation &invocation);

} // namespace pigeon
