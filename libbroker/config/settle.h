#pragma once

#include "config/configuration.h"
#include "config/diagnostic.h"

namespace pigeon {

/// Brings together what single lines said, once all are read: which listeners are opened, what holds for the broker as a
/// whole, what the command line changes, and which lines contradict each other. Pure.
void settle(Configuration &configuration, const Invocation &invocation, Diagnostics &diagnostics);

} // namespace pigeon
