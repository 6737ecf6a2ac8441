#pragma once

#include <pigeon/packets.h>

namespace pigeon {

/// Why bytes or a packet are refused: the reason code of 5.0, the clause that decides, and words for the log.
struct ProtocolError
{
    ReasonCode reason = ReasonCode::MalformedPacket;
    const char *clause = ""; ///< "MQTT-3.3.1-4", or a section where no statement has a number
    const char *text = ""; ///< what was wrong, one clause of English, static
};

} // namespace pigeon
