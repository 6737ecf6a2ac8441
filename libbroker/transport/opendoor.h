#pragma once

#include "transport/door.h"

#include <pigeon/listeneroptions.h>

#include <QString>

namespace pigeon {

/// What became of a wish to listen: a door, or a sentence that says what failed and what to do.
struct OpenedDoor
{
    std::unique_ptr<Door> door;
    QString problem;
};

/// Opens a door of any kind.
OpenedDoor openDoor(const ListenerOptions &options);
/// The same options, for a door that goes on with a copy of the socket that `door` listens at.
ListenerOptions withSocketOf(const Door &door, ListenerOptions options);

} // namespace pigeon
