#pragma once

#include <pigeon/global.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>

namespace pigeon {

/// What happens to a message for a client whose queue is full. Decided before the publisher is acknowledged.
enum class QueueFullPolicy {
    DropNew, ///< the new message is dropped for that client alone
    DropOldest, ///< the oldest message that was not sent yet makes room
    Refuse, ///< the publisher is refused: 5.0 reason 0x97, before 5.0 it is closed without an acknowledgement
};

/// What a change survives once the broker has acknowledged it; only with BrokerOptions::persistence.
enum class Durability {
    Full, ///< a power cut: the disk has confirmed it
    Normal, ///< the end of the process (kill -9); a power cut may take back the last changes
    Relaxed, ///< nothing waits for the disk: the end of the process may take back the last second
};

/// The bounds and habits of a broker. Every bound on what a client can make grow is here, with its unit and
/// default. Values are read when the broker is made; `problems` names what is out of range.
///
/// 0 means "no bound of ours" only where a field says so.
struct BrokerOptions
{
    // --- packets -------------------------------------------------------------------------------------------
    /// Largest packet taken from a client, bytes of the whole packet, 1 024..268 435 460. Announced in 5.0 when
    /// lower than the protocol's own bound. Default: the protocol's own bound (256 MiB).
    quint32 maximumPacketBytes = 268'435'460;
    /// Largest first packet (CONNECT) taken from a stranger, bytes, 1 024..268 435 460.
    /// Default 256 KiB: two identifiers, a will of 64 KiB, a password of 64 KiB and properties fit.
    quint32 maximumConnectBytes = 256 * 1024;
    /// User properties in one packet, 0..100 000.
    quint32 maximumUserProperties = 1'000;
    /// Levels of a topic or filter, 1..65 535. Reference default of aedes: 100.
    quint32 maximumTopicLevels = 100;

    // --- connections ---------------------------------------------------------------------------------------
    /// Connections at once, 1..1 000 000; further ones are closed as soon as they are accepted.
    quint32 maximumConnections = 100'000;
    /// Connections at once of one address, 0..1 000 000; 0 = no bound of its own. Addresses of IPv6 count by their first 64
    /// bits; this machine, local sockets and devices do not count, since a proxy there stands for all its clients.
    quint32 maximumConnectionsPerAddress = 0;
    /// New connections a second of one address, 0..1 000 000; 0 = no bound. After a pause as many may come at once.
    quint32 connectionRatePerAddress = 0;
    /// The same, of all addresses together, this machine's included.
    quint32 connectionRate = 0;
    /// From accept until a CONNECT has arrived whole, and from CONNECT until it is decided; 1 ms..1 h.
    std::chrono::milliseconds connectTimeout{30'000};
    /// How long a handler may take to answer; after it the answer is a refusal. 1 ms..1 h, 0 = for ever.
    std::chrono::milliseconds handlerTimeLimit{30'000};
    /// Bytes kept of packets that a client sends before its CONNECT is decided, 1..16 777 216.
    quint32 maximumEarlyBytes = 1024 * 1024;
    /// Packets that a client may send before its CONNECT is decided, 1..65 535; one more closes it. aedes's queueLimit.
    quint32 maximumEarlyPackets = 42;
    /// Longest keep alive, seconds, 0..65 535; 0 = no bound. In 5.0 a longer one (or none) is replaced by this
    /// (Server Keep Alive); before 5.0 it is refused with return code 2 [MQTT3-3.1.4-2 allows further checks].
    quint16 maximumKeepAliveSeconds = 0;
    /// Longest client id of an MQTT 3.1 client, bytes, 1..65 535; the standard of 3.1 says 23.
    quint16 maximumClientIdBytes31 = 23;
    /// Longest client id otherwise, bytes, 23..65 535.
    quint16 maximumClientIdBytes = 65'535;
    /// A 3.1.1 or 5.0 client may leave its client id empty.
    bool allowEmptyClientId = true;

    // --- sessions ------------------------------------------------------------------------------------------
    /// Longest session expiry, seconds; 0xFFFFFFFF = a session may be kept for ever. Longer wishes are clamped and
    /// the client is told (5.0); a 3.x session without Clean Session gets this.
    quint32 maximumSessionExpirySeconds = 0xFFFFFFFF;
    /// Sessions kept without a connection, 1..10 000 000; over it the one that is away longest ends.
    quint32 maximumOfflineSessions = 1'000'000;
    /// Subscriptions of one client, 1..1 000 000; a further one is answered 0x97 (0x80 before 5.0).
    /// A SUBSCRIBE or UNSUBSCRIBE of more filters ends the connection (0x97 in 5.0).
    quint32 maximumSubscriptions = 100'000;

    // --- messages to a client ------------------------------------------------------------------------------
    /// QoS 1 and 2 messages under way to one client, 1..65 535; its own Receive Maximum may be lower.
    quint16 maximumInflight = 1'000;
    /// Messages that wait for one client, beyond those under way; 1..100 000 000.
    quint32 maximumQueuedMessages = 100'000;
    /// Bytes of messages that wait for one client, 1 024..; payloads, topics, properties and what belongs to its
    /// copies. Nothing more is sent while as many bytes again are under way, not acknowledged; one always may be.
    quint64 maximumQueuedBytes = 256ull * 1024 * 1024;
    QueueFullPolicy queueFull = QueueFullPolicy::DropNew;
    /// Messages of these that are kept in memory where a store has them as well, 2..100 000 000; what comes behind them
    /// is read when its turn comes. Default: what a client on a fast line takes while more is read.
    quint32 queueMemoryMessages = 1'000;
    /// The same in bytes, 1 024..; one message may always be there.
    quint64 queueMemoryBytes = 1024 * 1024;
    /// Bytes written for one client that its connection has not taken: above it QoS 0 messages for it are dropped
    /// and it is not read from; 4 096..1 073 741 824. One message always fits.
    quint32 maximumOutputBytes = 4 * 1024 * 1024;
    /// A client that takes no byte for this long while its output waits is closed; 0 = never.
    std::chrono::milliseconds drainTimeout{60'000};
    /// Topic aliases that we use towards one 5.0 client at most (its own maximum may be lower), 0..65 535.
    quint16 maximumOutboundAliases = 32;

    // --- messages from a client ----------------------------------------------------------------------------
    /// QoS 1 and 2 messages from one client that are not completely acknowledged, 1..65 535; announced as Receive
    /// Maximum in 5.0. Before 5.0 only inbound QoS 2 ids can grow, and one more closes the connection.
    quint16 maximumInboundInflight = 1'000;
    /// Messages of all clients that wait for a handler or for the store at once, 0..1 000 000; 0 = no bound. Further ones
    /// wait, unread, and each client has its turn. aedes's concurrency. Enough by default for a store to commit many
    /// in one go.
    quint32 maximumConcurrentPublishes = 10'000;
    /// Changes that wait to be written by the store, bytes, 65 536..; above it further messages of clients wait, unread,
    /// in the same way: a disk that is slower than the publishers slows them.
    quint64 maximumStoreBytes = 64 * 1024 * 1024;
    /// Topic aliases a 5.0 client may use towards us, 0..65 535.
    quint16 maximumInboundAliases = 64;

    // --- the whole broker ----------------------------------------------------------------------------------
    /// Retained messages, 0..100 000 000; a further one is refused with 0x97 (closed before 5.0); 0 = none are kept
    /// and 5.0 clients are told that retain is not available.
    quint32 maximumRetained = 1'000'000;
    /// Memory of all messages of the process, bytes; 0 = no bound. Above it QoS 1 and 2 and retained messages are
    /// refused with 0x97 (closed before 5.0); QoS 0 goes on. Default: half of the machine's memory.
    quint64 maximumMessageMemory = halfOfMachineMemory();
    /// Response information given to 5.0 clients that ask; empty = none [MQTT-3.1.2-28].
    QByteArray responseInformation;
    /// Tell a 5.0 publisher 0x10 when nobody subscribes (allowed by 3.4.2.1).
    bool reportNoSubscribers = true;

    // --- what the broker tells of itself -------------------------------------------------------------------
    /// Names the broker in `$SYS/<broker id>/...`: one level of a topic, 1..256 bytes of UTF-8 without `/`, `+` and
    /// `#`, and not "broker". To be different for each broker. Default: a random UUID.
    QByteArray brokerId = randomBrokerId();
    /// How often what has changed of `$SYS/broker/...` is published, retained; seconds, 0..65 535; 0 = never.
    /// mosquitto's sys_interval.
    std::chrono::seconds systemInterval{10};
    /// How often `$SYS/<broker id>/heartbeat` is published, milliseconds, 0..86 400 000; 0 = never.
    std::chrono::milliseconds heartbeatInterval{60'000};
    /// Publish `$SYS/<broker id>/birth`, `new/...` and `disconnect/clients`: who comes and goes, and what clients
    /// subscribe to.
    bool publishLifeTopics = true;
    /// Clients may subscribe below `$SYS`. It shows client ids and topic filters of others; false: such a filter is
    /// answered 0x87 (0x80 before 5.0). Publishing there is the broker's alone, whatever is set here.
    bool allowSystemTopics = true;

    // --- what outlives the process -------------------------------------------------------------------------
    /// Sessions, what waits for them and retained messages are kept in a file and are there again after a restart.
    bool persistence = false;
    /// The folder of that file, which must exist; empty = the working directory.
    QString persistenceLocation;
    /// The name of that file, without a folder.
    QString persistenceFile = QStringLiteral("pigeon.db");
    Durability durability = Durability::Full;
    /// How long a change that cannot be written (a full disk) is tried again before what waits for it is refused;
    /// 1 ms..1 h.
    std::chrono::milliseconds storeRetryLimit{10'000};

    // --- users and rights ----------------------------------------------------------------------------------
    /// Clients may come in without a user name. With a password file a name is always checked; without one it is for
    /// the handler `authenticate`, and false lets nobody in who is not asked about there.
    bool allowAnonymous = true;
    /// Users and their passwords, a line `NAME:HASH` each, as mosquitto_passwd and `pigeond passwd` write them; empty =
    /// none. Read when the broker is made and by Broker::reloadRights.
    QString passwordFile;
    /// Who may publish to and read which topics, in the form of mosquitto's acl_file; empty = everybody may. Without a
    /// rule that allows it nothing may be done. Read together with the passwords.
    QString aclFile;
    /// Failed logins of one address before it has to wait, 1 s at first, twice as long each time, 60 s at most;
    /// 1..1 000. Only of passwords that the password file decides about, and never of addresses of this machine.
    quint32 freeLoginFailures = 5;
    /// Failed logins that keep an address out, 0..1 000; 0 = an address never has to wait either.
    quint32 maximumLoginFailures = 20;
    /// For how long; after as long without a failure it begins anew. 1 ms..24 h.
    std::chrono::milliseconds loginBanTime{600'000};

    /// A random UUID as text, 36 bytes. Any thread.
    static QByteArray randomBrokerId();
    /// Half of the machine's memory, bytes; 0 where that is not known. Any thread.
    static quint64 halfOfMachineMemory();
    /// What is wrong with the options, one sentence a field with the range; empty when all is well. Any thread.
    QStringList problems() const;
};

} // namespace pigeon
