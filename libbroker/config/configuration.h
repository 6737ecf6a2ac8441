#pragma once

#include "config/diagnostic.h"

#include <pigeon/listeneroptions.h>
#include <pigeon/options.h>

#include <QFlags>
#include <QMap>
#include <QString>

#include <optional>
#include <vector>

namespace pigeon {

/// Where each key was given, in the order of the file.
using GivenKeys = QMap<QString, std::vector<Place>>;

/// Which addresses a listener opens where its own does not say so.
enum class SocketDomain { Any, Ipv4, Ipv6 };

/// What is spoken on a listener: its key `protocol`.
enum class ListenerProtocol { Mqtt, WebSockets, Any };

/// One `listener` of a configuration: where clients may come in, and on which terms.
struct ListenerSettings
{
    quint16 port = 1883; ///< 0 = any free one
    QString address; ///< an IP address or a host name; empty = all interfaces
    SocketDomain domain = SocketDomain::Any;
    QString socketPath; ///< not empty: a local socket, without port and address
    ListenerProtocol protocol = ListenerProtocol::Mqtt;
    TlsOptions tls; ///< in force where it names a certificate or a key
    WebSocketOptions webSocket;
    ProxyProtocol proxyProtocol = ProxyProtocol::None;
    bool proxyRequiresTls = false;
    QStringList trustedProxies;
    QString networkInterface; ///< empty = any
    ListenerTerms terms;
    Place place; ///< of its first line; no file = nobody asked for it
    GivenKeys given;
    QMap<QString, QString> own; ///< after `per_listener_settings true`: what it says of keys of the whole broker

    /// True when nobody but this machine can reach it.
    bool isLoopback() const;
    /// True when it is the same listener, whatever else is said of it.
    bool isSamePlace(const ListenerSettings &other) const
    {
        return port == other.port && address == other.address && domain == other.domain
            && socketPath == other.socketPath;
    }
    bool usesKeys() const { return !tls.presharedKeyHint.isEmpty(); }
    bool isTls() const
    {
        return !tls.certificateChainFile.isEmpty() || !tls.privateKeyFile.isEmpty() || usesKeys();
    }
    bool speaksWebSocket() const { return protocol != ListenerProtocol::Mqtt; }
    ListenerKind kind() const;
    /// For the broker; its address is to be filled in by who has looked up the host name.
    ListenerOptions options() const;
    /// "port 1883 on all interfaces", "port 8883 on 10.0.0.1 (tls)", "port 1 on ::1 (tcp, ws)", "socket /run/pigeon/mqtt (unix)".
    QString text() const;
};

/// The kinds of lines in the log, as mosquitto's log_type names them.
enum class LogType : quint16 {
    Error = 1,
    Warning = 2,
    Notice = 4, ///< start, stop, listeners
    Information = 8, ///< who comes and goes
    Subscribe = 16,
    Unsubscribe = 32,
    Debug = 64,
};
Q_DECLARE_FLAGS(LogTypes, LogType)
Q_DECLARE_OPERATORS_FOR_FLAGS(LogTypes)

/// Every type of line.
constexpr LogTypes allLogTypes() { return LogTypes::fromInt(127); }

/// How a line of the log is written.
enum class LogFormat { Text, Json };

/// What is logged, where to and in which form.
struct LogSettings
{
    bool toStandardError = true;
    bool toStandardOutput = false;
    bool toSyslog = false;
    std::optional<int> syslogFacility; ///< local0 to local7; unset: daemon
    QString file; ///< appended to; empty = none
    LogFormat format = LogFormat::Text;
    LogTypes types = LogType::Error | LogType::Warning | LogType::Notice;
    bool connectionMessages = true; ///< false: who comes and goes is left out, whatever `types` says
    bool timestamp = true;
    QString timestampFormat; ///< for strftime; empty = ISO 8601 with milliseconds
};

/// What the command line and the process say beside the file.
struct Invocation
{
    std::vector<quint16> ports = {}; ///< of -p
    bool isVerbose = false; ///< -v
    bool isBackground = false; ///< -d
    bool isRoot = false; ///< the process may do everything, so that `user` would have an effect
};

/// All that a configuration file says: what the broker is given, and what the daemon around it needs.
struct Configuration
{
    BrokerOptions broker;
    std::optional<bool> allowAnonymous; ///< unset: this machine may, others may not
    bool isPerListener = false; ///< mosquitto's per_listener_settings
    bool isRetainAvailable = true;
    QString presharedKeyFile; ///< of all listeners with a hint
    std::optional<QByteArray> clientIdPrefix; ///< of all listeners that have none of their own
    QByteArray requiredClientIdPrefix; ///< of all listeners
    LogSettings log;
    QString pidFile; ///< empty = none
    QString user; ///< empty = stays who it is
    ListenerSettings defaultListener; ///< `port`, `bind_address` and what is said before the first `listener`
    std::vector<ListenerSettings> listeners; ///< to be opened, in the order of the file
    GivenKeys given; ///< all but those of listeners

    bool isGiven(const QString &key) const { return given.contains(key); }
};

} // namespace pigeon
