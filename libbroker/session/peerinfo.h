#pragma once

#include "base/link.h"

#include <pigeon/events.h>

namespace pigeon {

/// A client of whom only is known where it comes from and how.
inline ClientInfo infoOf(const PeerFacts &peer)
{
    ClientInfo info;
    info.address = peer.address;
    info.port = peer.port;
    info.listener = peer.listener;
    if (peer.tls) {
        info.tlsVersion = peer.tls->version;
        info.tlsCipher = peer.tls->cipher;
    }
    return info;
}

} // namespace pigeon
