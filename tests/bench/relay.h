#pragma once

#include <cstdint>

namespace bench {

/// The least that a broker could do: bytes from one socket to others, by the system calls that a broker needs too.
/// Its CPU per message is the limit that brokers are compared with. A connection says what it is with its first four
/// bytes and hears relayReady: 'S' or 'P', a zero, and the number of a channel in two bytes; what a 'P' sends goes
/// to every 'S' of its channel. Never returns.
[[noreturn]] void runRelay(uint16_t port);

inline constexpr char relayReady = '+';

} // namespace bench
