#pragma once

#include "monitor/records.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace pigeon {

/// Whose a network connection is or was, and where it came from.
struct SeenConnection
{
    ClientNumber client = 0; ///< 0: it has named no client id
    QByteArray address; ///< empty for links in the process
    quint16 port = 0;
    QByteArray listener; ///< "tcp 127.0.0.1:1883"
};

/// Network connections by their numbers, as many of the last ones as there may still be packets of. They are told some time
/// after their first packets, when it is known who they are. Fed in the window's thread; any thread may ask.
class ConnectionTable
{
public:
    static constexpr size_t maximumConnections = 100'000; // some 15 MB

    /// Window's thread. What is known already stays, but for a client id that comes later.
    void note(ClientNumber client, const ClientInfo &info);
    void clear();
    /// Window's thread, which may keep it until it notes another one. Null: not known, or one of the oldest.
    const SeenConnection *find(quint64 number) const;

    enum class Wish : quint8 { Client, Address };
    /// Any thread. Nothing as well while what is wished for is not known of it.
    std::optional<SeenConnection> ask(quint64 number, Wish wish) const;
    /// Counts the times that something was told that had been asked for in vain: who has asked may ask again.
    quint64 lateTellings() const;

private:
    mutable std::mutex m_mutex;
    std::map<quint64, SeenConnection> m_connections; ///< in their order: the first ones are the oldest
    mutable std::set<quint64> m_missed; ///< that were asked for in vain
    quint64 m_lateTellings = 0;
};
using ConnectionTablePtr = std::shared_ptr<const ConnectionTable>;

} // namespace pigeon
