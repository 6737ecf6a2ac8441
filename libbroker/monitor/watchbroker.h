#pragma once

#include "monitor/monitorsource.h"

#include <memory>

namespace pigeon {

class Broker;

/// A source over a broker of this process that lives in another thread (or in the same one). The source lives in the thread
/// that calls; the broker has to be there during the call and no longer: either side may end first. One source at a time
/// can be attached to a broker. Made by the room `broker`, which knows both sides. Any thread.
std::unique_ptr<MonitorSource> watchBroker(Broker &broker);

} // namespace pigeon
