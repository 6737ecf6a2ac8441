#pragma once

#include <QByteArray>
#include <QMetaType>

#include <chrono>
#include <optional>

namespace pigeon {

/// What a ban goes by.
enum class BannedBy : quint8 {
    ClientId, ///< UTF-8, compared byte for byte
    UserName, ///< UTF-8, who the client was found to be
    Address, ///< as ClientInfo::address has it, without a port
};

/// Who is kept out. A banned client is refused at CONNECT: 5.0 reason 0x8A, return code 5 before. A ban ends with the
/// process at the latest.
struct Ban
{
    BannedBy by = BannedBy::ClientId;
    QByteArray value; ///< not empty
    std::optional<std::chrono::milliseconds> endsAt; ///< wall time since the epoch of Unix; nothing: until it is lifted
    QByteArray reason; ///< for people, may be empty

    friend bool operator==(const Ban &, const Ban &) = default;
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::Ban)
