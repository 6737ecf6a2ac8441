#pragma once

namespace pigeon {

/// Sends everything that is logged to standard error, one line an event with time and level; `verbose` adds what
/// is merely worth knowing. Control characters that a client put into a name are made visible.
void installLogOutput(bool verbose);

} // namespace pigeon
