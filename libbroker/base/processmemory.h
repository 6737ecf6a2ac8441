#pragma once

#include <QtGlobal>

namespace pigeon {

/// Bytes of memory that the process occupies now; 0 where that is not known. Any thread; some microseconds.
///
/// The allocator could say how much of it is in use, but only by walking through everything that is not, which takes
/// long just when a broker has grown and shrunk.
quint64 residentBytes();

} // namespace pigeon
