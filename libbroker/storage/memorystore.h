#pragma once

#include <pigeon/store.h>

namespace pigeon {

/// The store of a broker without persistence: sessions live in the broker's own memory, nothing outlives the
/// process, every acknowledgement is free to go at once.
class MemoryStore final : public Store
{
public:
    bool keeps() const override { return false; }
    Ticket commit(std::span<StoreChange>) override { return 0; }
};

} // namespace pigeon
