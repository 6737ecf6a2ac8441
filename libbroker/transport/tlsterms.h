#pragma once

#include "transport/presharedkeys.h"
#include "transport/revocationcheck.h"

#include <pigeon/listeneroptions.h>

#include <QSslConfiguration>

#include <memory>

namespace pigeon {

/// What the files of a TLS listener have come to: what each of its connections is configured with and how its peer is
/// checked. Never changes; files that have changed make a new one.
struct TlsTerms
{
    QSslConfiguration configuration;
    UserNameSource userName = UserNameSource::Connect;
    bool ignoresDates = false; ///< of certificates of clients
    std::shared_ptr<const RevocationCheck> revocation; ///< null = nobody asks
    PresharedKeys keys;
    bool usesKeys = false; ///< pre-shared keys instead of certificates
};

} // namespace pigeon
