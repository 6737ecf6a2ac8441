#pragma once

#include "config/configkey.h"

#include <vector>

namespace pigeon {

/// When a value that a reload has found changed takes effect.
enum class ReloadEffect {
    Now,
    NewConnections, ///< with each client when it connects
    Restart, ///< not by a reload
};

/// What a reload does with a key.
ReloadEffect effectOf(const ConfigKey &key);
/// "now", "new connections", "restart".
QString effectText(ReloadEffect effect);

/// One difference between two configurations.
struct ConfigChange
{
    QString what; ///< "max_packet_size", "listener 8883: certfile", "listener 8883"
    QString before; ///< as a file would have it; of a listener: empty when it is new
    QString after; ///< the same; empty when it goes
    Place place; ///< where the new value was said; nowhere when it is a default
    ReloadEffect effect = ReloadEffect::Now;

    /// "max_packet_size: 1024 bytes -> 2048 (pigeond.conf:3), for new connections".
    QString text() const;
};

/// What differs between the configuration in force and the one that was read again, key by key. What only a restart can
/// change is compared with `atStart`. Pure, any thread.
std::vector<ConfigChange> changesBetween(
    const Configuration &atStart, const Configuration &inForce, const Configuration &again);

} // namespace pigeon
