#pragma once

#include "session/policy.h"

#include <functional>
#include <vector>

namespace pigeon {

/// One filter on its way to being granted.
struct AskedEntry
{
    SubscribeEntry entry; ///< a handler may have changed it
    ReasonCode refused = ReasonCode::Success; ///< a failure: why not
};

/// Puts the entries that are not refused yet to the handler, one after the other. `decided` is called once with all of
/// them, now or later; never once `lives` says false, which is looked at when an answer comes. Broker thread.
void askAboutEntries(Policy &policy, const ClientInfo &client, std::vector<AskedEntry> entries,
    std::function<bool()> lives, std::function<void(std::vector<AskedEntry>)> decided);

} // namespace pigeon
