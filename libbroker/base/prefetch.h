#pragma once

#include <cstddef>

namespace pigeon {

/// Asks for what will be read soon: what another processor has written last takes as long to come as a record takes to be
/// handled. Any address will do.
inline void prefetch(const void *begin, size_t bytes = 1)
{
    constexpr size_t line = 64;
    for (size_t at = 0; at < bytes; at += line)
        __builtin_prefetch(static_cast<const char *>(begin) + at);
}

} // namespace pigeon
