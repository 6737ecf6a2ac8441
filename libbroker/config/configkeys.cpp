#include "config/configkeys.h"

#include "config/configfield.h"
#include "config/listenerkeys.h"
#include "config/specialkeys.h"

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

using enum ValueType;
using enum KeyScope;
using enum KeyStanding;

constexpr qint64 longestPacket = 268'435'460; // the protocol's own bound, its head included
constexpr qint64 hour = 3'600'000;
constexpr qint64 day = 24 * hour;

// --- families of keys that are refused for the same reason -------------------------------------------------

constexpr ConfigKey engineKey(const char *name, const char *help)
{
    return {.name = name, .scope = Listener, .standing = Never, .help = help,
        .reason = "OpenSSL 3 has given up engines, and Qt knows none: name the key with keyfile. Where it must not be a "
                  "file, let a proxy that ends TLS stand before the listener (enable_proxy_protocol)."};
}

constexpr ConfigKey pluginKey(const char *name, const char *help)
{
    return {.name = name, .standing = Never, .mayRepeat = true, .help = help,
        .reason = "A plugin of mosquitto's needs mosquitto. Say who may come in with password_file and what they may do with "
                  "acl_file; what else it would decide, a program that embeds the broker decides in handlers "
                  "(pigeon/handlers.h)."};
}

constexpr ConfigKey bridgeKey(const char *name, const char *help)
{
    return {.name = name, .scope = Bridge, .standing = NotYet, .mayRepeat = true, .help = help,
        .reason = "Bridges are not there yet. Where the other broker has them, let it hold the bridge to this "
                  "one."};
}

// --- the table -----------------------------------------------------------------------------------------------

constexpr std::array keys = {
    // where clients come in
    ConfigKey{.name = "listener", .scope = Listener, .mayRepeat = true, .form = "PORT [ADDRESS]|0 PATH",
        .defaultText = "none",
        .help = "Listens on this port (0 = any free one), on the address or the addresses of the host name, "
                "without one on all interfaces; with 0 and a path on a local (Unix) socket. The listener keys below "
                "it belong to it.",
        .field = {applyListener, nullptr}},
    ConfigKey{.name = "port", .type = Number, .scope = Listener, .maximum = 65'535, .defaultText = "1883",
        .help = "Port of the default listener, which then listens on all interfaces; better say `listener`.",
        .field = {applyPort, nullptr}},
    ConfigKey{.name = "bind_address", .scope = Listener, .form = "ADDRESS", .defaultText = "none",
        .help = "Address or host name that the default listener listens on; better say `listener`.",
        .field = {applyBindAddress, nullptr}},
    ConfigKey{.name = "socket_domain", .type = Choice, .scope = Listener, .words = "any|ipv4|ipv6",
        .help = "Which addresses a listener opens when its own is a host name or not given.",
        .field = listenerField<&ListenerSettings::domain>},
    ConfigKey{.name = "allow_anonymous", .type = Flag, .isListenersOwn = true, .isReloadable = true,
        .defaultText = "true on this machine, where there is no password_file",
        .help = "Lets in clients that do not say who they are. As in mosquitto 2 they may not come from other "
                "machines unless this is true.",
        .field = {applyAllowAnonymous, configurationField<&Configuration::allowAnonymous>.show}},
    ConfigKey{.name = "listener_allow_anonymous", .type = Flag, .scope = Listener,
        .defaultText = "as allow_anonymous",
        .help = "The same, for one listener.", .field = listenerField<&ListenerSettings::terms, &ListenerTerms::allowAnonymous>},
    ConfigKey{.name = "max_connections", .type = Number, .scope = Listener, .minimum = 1, .maximum = 1'000'000,
        .unbounded = -1, .unit = "connections", .defaultText = "as global_max_connections",
        .help = "Connections at once through this listener; further ones are closed as they come.",
        .field = {listenerField<&ListenerSettings::terms, &ListenerTerms::maximumConnections>.apply,
            showMaximumConnections}},
    ConfigKey{.name = "global_max_connections", .type = Number, .isReloadable = true, .minimum = 1,
        .maximum = 1'000'000,
        .unbounded = -1, .unit = "connections", .help = "Connections at once; further ones are closed as they come.",
        .field = brokerField<&BrokerOptions::maximumConnections>},
    ConfigKey{.name = "max_connections_per_address", .type = Number, .isOurs = true, .isReloadable = true,
        .maximum = 1'000'000, .unit = "connections",
        .help = "Connections at once of one address, 0 = no bound of its own. Of IPv6 the first 64 bits count. This machine "
                "and local sockets do not: a proxy there stands for all its clients.",
        .field = brokerField<&BrokerOptions::maximumConnectionsPerAddress>},
    ConfigKey{.name = "connection_rate_per_address", .type = Number, .isOurs = true, .isReloadable = true,
        .maximum = 1'000'000, .unit = "connections a second",
        .help = "New connections of one address, 0 = no bound. After a pause as many may come at once; this machine does not "
                "count.",
        .field = brokerField<&BrokerOptions::connectionRatePerAddress>},
    ConfigKey{.name = "connection_rate", .type = Number, .isOurs = true, .isReloadable = true, .maximum = 1'000'000,
        .unit = "connections a second", .help = "The same of all addresses together, this machine included.",
        .field = brokerField<&BrokerOptions::connectionRate>},
    ConfigKey{.name = "max_topic_alias", .type = Number, .scope = Listener, .maximum = 65'535, .unit = "aliases",
        .defaultText = "64", .help = "Topic aliases that a 5.0 client may use.",
        .field = listenerField<&ListenerSettings::terms, &ListenerTerms::maximumInboundAliases>},
    ConfigKey{.name = "max_topic_alias_broker", .type = Number, .scope = Listener, .maximum = 65'535,
        .unit = "aliases",
        .defaultText = "32", .help = "Topic aliases that we use towards a 5.0 client.",
        .field = listenerField<&ListenerSettings::terms, &ListenerTerms::maximumOutboundAliases>},
    ConfigKey{.name = "protocol", .type = Choice, .scope = Listener, .words = "mqtt|websockets|any",
        .help = "What is spoken on a listener: MQTT itself, MQTT within WebSocket or, ours, any of them on one port, where "
                "the first byte of each client decides; with certfile and keyfile within TLS as well. Nobody comes in "
                "without TLS where that is to prove who comes (require_certificate, psk_hint).",
        .field = listenerField<&ListenerSettings::protocol>},
    ConfigKey{.name = "websockets_origin", .scope = Listener, .mayRepeat = true, .form = "ORIGIN",
        .defaultText = "any",
        .help = "Web pages that may connect over WebSocket, as in https://example.org; may be given several times. "
                "Programs that are no browsers name none and are let in.",
        .field = {applyOrigin, showOrigins}},
    ConfigKey{.name = "websockets_path", .scope = Listener, .isOurs = true, .form = "PATH", .defaultText = "any",
        .help = "The only path of a URL that WebSocket is spoken at.",
        .field = {applyWebSocketPath, listenerField<&ListenerSettings::webSocket, &WebSocketOptions::path>.show}},
    ConfigKey{.name = "websockets_max_frame_bytes", .type = Number, .scope = Listener, .isOurs = true,
        .minimum = 1'024, .maximum = longestPacket, .unit = "bytes",
        .help = "Largest frame and largest message of WebSocket. A whole frame is in memory before it is looked at, of "
                "strangers as well.",
        .field = listenerField<&ListenerSettings::webSocket, &WebSocketOptions::maximumFrameBytes>},
    ConfigKey{.name = "certfile", .scope = Listener, .form = "PATH", .defaultText = "none",
        .help = "Certificate of the listener in PEM, and those between it and the authority behind it; makes it a TLS "
                "listener.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::certificateChainFile>},
    ConfigKey{.name = "keyfile", .scope = Listener, .form = "PATH", .defaultText = "none",
        .help = "Private key of that certificate in PEM, RSA or EC, without a passphrase.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::privateKeyFile>},
    ConfigKey{.name = "cafile", .scope = Listener, .form = "PATH", .defaultText = "none",
        .help = "Authorities in PEM that certificates of clients must come from.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::authoritiesFile>},
    ConfigKey{.name = "capath", .scope = Listener, .form = "FOLDER", .defaultText = "none",
        .help = "The same as a folder of such files, whatever they are called.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::authoritiesFolder>},
    ConfigKey{.name = "crlfile", .scope = Listener, .form = "PATH", .defaultText = "none",
        .help = "Revoked certificates of clients: lists (CRL) of these authorities in PEM. Clients of an authority whose "
                "list is missing or out of date are not let in.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::revocationFile>},
    ConfigKey{.name = "require_certificate", .type = Flag, .scope = Listener,
        .help = "Lets in only clients with a certificate of cafile or capath; behind enable_proxy_protocol 2, with one "
                "that the proxy has verified.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::requireCertificate>},
    ConfigKey{.name = "disable_client_cert_date_checks", .type = Flag, .scope = Listener,
        .help = "Takes certificates of clients that have expired or are not valid yet, too.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::ignoreCertificateDates>},
    ConfigKey{.name = "use_identity_as_username", .type = Flag, .scope = Listener, .defaultText = "false",
        .help = "The common name of a client's certificate, or the identity of its pre-shared key, is its user name, "
                "whatever its CONNECT says; needs require_certificate or psk_hint.",
        .field = {applyUserName<UserNameSource::Identity>, showUserName<UserNameSource::Identity>}},
    ConfigKey{.name = "use_subject_as_username", .type = Flag, .scope = Listener, .defaultText = "false",
        .help = "The same with the whole subject of the certificate, as in CN=alice,O=Example (RFC 2253).",
        .field = {applyUserName<UserNameSource::Subject>, showUserName<UserNameSource::Subject>}},
    ConfigKey{.name = "use_dns_name_as_username", .type = Flag, .scope = Listener, .isOurs = true,
        .defaultText = "false",
        .help = "The same with the DNS name among the alternative names of the certificate (SAN), of which there must be "
                "one.",
        .field = {applyUserName<UserNameSource::DnsName>, showUserName<UserNameSource::DnsName>}},
    ConfigKey{.name = "use_email_as_username", .type = Flag, .scope = Listener, .isOurs = true,
        .defaultText = "false", .help = "The same with the e-mail address among them.",
        .field = {applyUserName<UserNameSource::EmailAddress>, showUserName<UserNameSource::EmailAddress>}},
    ConfigKey{.name = "tls_version", .type = Choice, .scope = Listener, .words = "tlsv1.2|tlsv1.3",
        .help = "Lowest version of TLS; older ones are broken and not offered.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::lowestVersion>},
    ConfigKey{.name = "ciphers", .scope = Listener, .form = "NAME[:NAME...]", .defaultText = "OpenSSL's choice",
        .help = "Ciphers of TLS 1.2 by OpenSSL's names; groups and exclusions are not taken.",
        .field = {applyCiphers, showCiphers}},
    ConfigKey{.name = "ciphers_tls1.3", .scope = Listener, .form = "NAME[:NAME...]",
        .defaultText = "OpenSSL's choice", .help = "The same for TLS 1.3: TLS_AES_256_GCM_SHA384.",
        .field = {applyCiphers13, nullptr}},
    ConfigKey{.name = "tls_curves", .scope = Listener, .isOurs = true, .form = "NAME[:NAME...]",
        .defaultText = "OpenSSL's choice",
        .help = "Curves of the key exchange by OpenSSL's names: X25519, prime256v1, secp384r1, secp521r1.",
        .field = {applyCurves, showCurves}},
    ConfigKey{.name = "dhparamfile", .scope = Listener, .form = "PATH", .defaultText = "Qt's, of 2048 bits",
        .help = "Parameters in PEM of the Diffie-Hellman key exchange of TLS 1.2.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::diffieHellmanFile>},
    ConfigKey{.name = "tls_check_interval", .type = Duration, .scope = Listener, .isOurs = true, .maximum = hour,
        .help = "How often it is looked whether certificates, keys, authorities and lists have changed, 0 = never. They "
                "are read again once they have stayed the same for so long; connections stay.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::fileCheckInterval>},
    ConfigKey{.name = "psk_hint", .scope = Listener, .form = "TEXT", .defaultText = "none",
        .help = "Makes it a TLS listener with pre-shared keys instead of a certificate; the text is told to clients of TLS "
                "1.2. Needs psk_file.",
        .field = listenerField<&ListenerSettings::tls, &TlsOptions::presharedKeyHint>},
    ConfigKey{.name = "psk_file", .isForNewConnections = true, .form = "PATH", .defaultText = "none",
        .help = "Pre-shared keys: lines IDENTITY:KEY, the key in hexadecimal digits.",
        .field = configurationField<&Configuration::presharedKeyFile>},
    ConfigKey{.name = "enable_proxy_protocol", .type = Choice, .scope = Listener, .words = "0|1|2",
        .help = "Each connection begins with a PROXY header of that version, which says where the client is; 0 = none. "
                "Only trusted_proxies may connect then. With TLS on the listener it stands before that.",
        .field = listenerField<&ListenerSettings::proxyProtocol>},
    ConfigKey{.name = "proxy_protocol_v2_require_tls", .type = Flag, .scope = Listener,
        .help = "Lets in only clients that speak TLS with the proxy.",
        .field = listenerField<&ListenerSettings::proxyRequiresTls>},
    ConfigKey{.name = "trusted_proxies", .scope = Listener, .isOurs = true, .mayRepeat = true,
        .form = "ADDRESS[/BITS]", .defaultText = "127.0.0.0/8 and ::1 with enable_proxy_protocol, else none",
        .help = "Proxies whose word about clients is taken: their PROXY header, and X-Forwarded-For of WebSocket; from "
                "anybody else these are refused. May be given several times.",
        .field = {applyTrustedProxy, showTrustedProxies}},
    ConfigKey{.name = "bind_interface", .scope = Listener, .form = "NAME", .defaultText = "none",
        .help = "Takes only what comes through that network interface, whatever its addresses.",
        .field = listenerField<&ListenerSettings::networkInterface>},
    ConfigKey{.name = "accept_protocol_versions", .scope = Listener, .form = "VERSION[,VERSION...]",
        .defaultText = "3, 4, 5", .help = "Versions of MQTT that are let in: 3 is 3.1, 4 is 3.1.1, 5 is 5.0.",
        .field = {applyVersions, showVersions}},
    ConfigKey{.name = "mount_point", .scope = Listener, .form = "TOPIC/", .defaultText = "none",
        .help = "Begins all topics of the listener's clients, who do not see it and nothing outside of it, $SYS included. "
                "An acl_file sees the whole topic.",
        .field = {applyMountPoint, listenerField<&ListenerSettings::terms, &ListenerTerms::mountPoint>.show}},
    ConfigKey{.name = "max_qos", .type = Number, .scope = Listener, .maximum = 2, .unit = "",
        .help = "Highest QoS that clients may publish with and subscriptions are granted. 5.0 clients are told; whoever "
                "publishes with a higher one is disconnected.",
        .field = listenerField<&ListenerSettings::terms, &ListenerTerms::maximumQoS>},
    ConfigKey{.name = "maximum_qos", .type = Number, .scope = Listener, .maximum = 2, .unit = "", .defaultText = "2",
        .help = "Another name for max_qos.",
        .field = {listenerField<&ListenerSettings::terms, &ListenerTerms::maximumQoS>.apply, nullptr}},
    ConfigKey{.name = "auto_id_prefix", .form = "TEXT", .defaultText = "pigeon-",
        .help = "How client ids begin that the broker gives to clients who name none; a random UUID follows.",
        .field = {applyIdPrefix, configurationField<&Configuration::clientIdPrefix>.show}},
    ConfigKey{.name = "listener_auto_id_prefix", .scope = Listener, .form = "TEXT", .defaultText = "as auto_id_prefix",
        .help = "The same, for one listener.",
        .field = {applyListenerIdPrefix,
            listenerField<&ListenerSettings::terms, &ListenerTerms::clientIdPrefix>.show}},
    ConfigKey{.name = "clientid_prefixes", .form = "TEXT", .defaultText = "none",
        .help = "How the client ids must begin that clients choose.",
        .field = {applyRequiredIdPrefix, configurationField<&Configuration::requiredClientIdPrefix>.show}},
    ConfigKey{.name = "use_username_as_clientid", .type = Flag, .scope = Listener,
        .help = "The client id is the user name, so that nobody can take over the session of another user; who has none "
                "is refused.",
        .field = listenerField<&ListenerSettings::terms, &ListenerTerms::userNameAsClientId>},
    ConfigKey{.name = "set_tcp_nodelay", .type = Flag, .standing = Unneeded, .help = "Sends what there is at once.",
        .reason = "It is always on: each connection is written once per turn of the event loop, so that waiting "
                  "for more would only cost time."},

    // what clients may do
    ConfigKey{.name = "connect_timeout", .type = Duration, .isOurs = true, .isForNewConnections = true, .minimum = 1,
        .maximum = hour,
        .help = "From accepting a connection until its CONNECT is there, and from then until it is decided.",
        .field = brokerField<&BrokerOptions::connectTimeout>},
    ConfigKey{.name = "max_keepalive", .type = Number, .isForNewConnections = true, .maximum = 65'535, .unit = "seconds",
        .help = "Longest keep alive, 0 = any. 5.0 clients are told to use this one, others are refused.",
        .field = brokerField<&BrokerOptions::maximumKeepAliveSeconds>},
    ConfigKey{.name = "max_packet_size", .type = Number, .isForNewConnections = true, .minimum = 1'024,
        .maximum = longestPacket,
        .unit = "bytes", .help = "Largest packet taken from a client, counted as a whole.",
        .field = brokerField<&BrokerOptions::maximumPacketBytes>},
    ConfigKey{.name = "max_connect_size", .type = Number, .isOurs = true, .isForNewConnections = true, .minimum = 1'024,
        .maximum = longestPacket, .unit = "bytes", .help = "Largest CONNECT taken from a stranger.",
        .field = brokerField<&BrokerOptions::maximumConnectBytes>},
    ConfigKey{.name = "max_early_bytes", .type = Number, .isOurs = true, .isForNewConnections = true, .minimum = 1,
        .maximum = 16'777'216, .unit = "bytes",
        .help = "What is kept of packets that a client sends before its CONNECT is decided.",
        .field = brokerField<&BrokerOptions::maximumEarlyBytes>},
    ConfigKey{.name = "max_early_packets", .type = Number, .isOurs = true, .isForNewConnections = true, .minimum = 1,
        .maximum = 65'535, .unit = "packets",
        .help = "How many packets a client may send before its CONNECT is decided; one more closes it.",
        .field = brokerField<&BrokerOptions::maximumEarlyPackets>},
    ConfigKey{.name = "max_user_properties", .type = Number, .isOurs = true, .isReloadable = true, .maximum = 100'000,
        .unit = "properties", .help = "User properties in one packet.",
        .field = brokerField<&BrokerOptions::maximumUserProperties>},
    ConfigKey{.name = "max_topic_levels", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 1,
        .maximum = 65'535, .unit = "levels", .help = "Levels of a topic or a topic filter.",
        .field = brokerField<&BrokerOptions::maximumTopicLevels>},
    ConfigKey{.name = "max_client_id_bytes", .type = Number, .isOurs = true, .isForNewConnections = true, .minimum = 23,
        .maximum = 65'535, .unit = "bytes", .help = "Longest client id of a 3.1.1 or 5.0 client.",
        .field = brokerField<&BrokerOptions::maximumClientIdBytes>},
    ConfigKey{.name = "max_client_id_bytes_v31", .type = Number, .isOurs = true, .isForNewConnections = true, .minimum = 1,
        .maximum = 65'535, .unit = "bytes", .help = "Longest client id of a 3.1 client; that standard says 23.",
        .field = brokerField<&BrokerOptions::maximumClientIdBytes31>},
    ConfigKey{.name = "allow_zero_length_clientid", .type = Flag, .isListenersOwn = true,
        .isForNewConnections = true,
        .help = "A 3.1.1 or 5.0 client may leave its client id empty and is given one.",
        .field = brokerField<&BrokerOptions::allowEmptyClientId>},
    ConfigKey{.name = "max_subscriptions", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 1,
        .maximum = 1'000'000, .unit = "subscriptions", .help = "Subscriptions of one client.",
        .field = brokerField<&BrokerOptions::maximumSubscriptions>},
    ConfigKey{.name = "max_inbound_inflight_messages", .type = Number, .isOurs = true, .isForNewConnections = true,
        .minimum = 1,
        .maximum = 65'535, .unit = "messages",
        .help = "QoS 1 and 2 messages from one client that are not completely acknowledged; 5.0 clients are told.",
        .field = brokerField<&BrokerOptions::maximumInboundInflight>},
    ConfigKey{.name = "max_concurrent_publishes", .type = Number, .isOurs = true, .isReloadable = true,
        .maximum = 1'000'000, .unit = "messages",
        .help = "Messages of all clients that wait for a handler or the store at once, 0 = no bound; further ones "
                "wait unread.",
        .field = brokerField<&BrokerOptions::maximumConcurrentPublishes>},
    ConfigKey{.name = "handler_time_limit", .type = Duration, .isOurs = true, .isReloadable = true, .maximum = hour,
        .help = "How long a handler of an embedding program may take to answer, 0 = for ever; after it the answer "
                "is no.",
        .field = brokerField<&BrokerOptions::handlerTimeLimit>},
    ConfigKey{.name = "report_no_subscribers", .type = Flag, .isOurs = true, .isReloadable = true,
        .help = "Tells a 5.0 publisher in the acknowledgement when nobody subscribes to the topic.",
        .field = brokerField<&BrokerOptions::reportNoSubscribers>},
    ConfigKey{.name = "response_information", .isOurs = true, .isForNewConnections = true, .defaultText = "none",
        .help = "What a 5.0 client hears that asks for response information.",
        .field = brokerField<&BrokerOptions::responseInformation>},

    // what waits for clients
    ConfigKey{.name = "max_inflight_messages", .type = Number, .isForNewConnections = true, .minimum = 1, .maximum = 65'535,
        .unbounded = 0, .unit = "messages", .help = "QoS 1 and 2 messages under way to one client.",
        .field = brokerField<&BrokerOptions::maximumInflight>},
    ConfigKey{.name = "max_queued_messages", .type = Number, .isReloadable = true, .minimum = 1,
        .maximum = 100'000'000,
        .unbounded = 0, .unit = "messages", .help = "Messages that wait for one client, beyond those under way.",
        .field = brokerField<&BrokerOptions::maximumQueuedMessages>},
    ConfigKey{.name = "max_queued_bytes", .type = Number, .isReloadable = true, .minimum = 1'024, .unbounded = 0,
        .unit = "bytes", .help = "Bytes of messages that wait for one client; as many again may be under way.",
        .field = brokerField<&BrokerOptions::maximumQueuedBytes>},
    ConfigKey{.name = "queue_memory_messages", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 2,
        .maximum = 100'000'000, .unit = "messages",
        .help = "How many of these are kept in memory where a store has them as well; the others are read in time.",
        .field = brokerField<&BrokerOptions::queueMemoryMessages>},
    ConfigKey{.name = "queue_memory_bytes", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 1'024,
        .unbounded = 0, .unit = "bytes", .help = "The same in bytes.",
        .field = brokerField<&BrokerOptions::queueMemoryBytes>},
    ConfigKey{.name = "queue_full", .type = Choice, .isOurs = true, .isReloadable = true,
        .words = "drop-new|drop-oldest|refuse",
        .help = "What a full queue means: the new message is dropped for that client, the oldest one makes room, "
                "or the publisher is refused.",
        .field = brokerField<&BrokerOptions::queueFull>},
    ConfigKey{.name = "max_output_bytes", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 4'096,
        .maximum = 1'073'741'824, .unit = "bytes",
        .help = "What was written for a client and not taken by its connection; above it QoS 0 messages for it are "
                "dropped.",
        .field = brokerField<&BrokerOptions::maximumOutputBytes>},
    ConfigKey{.name = "drain_timeout", .type = Duration, .isOurs = true, .isReloadable = true, .maximum = day,
        .help = "A client that takes no byte for so long while some wait is closed, 0 = never.",
        .field = brokerField<&BrokerOptions::drainTimeout>},
    ConfigKey{.name = "persistent_client_expiration", .type = Period, .isForNewConnections = true, .minimum = 1,
        .maximum = 0xFFFF'FFFF, .form = "a number with s, h, d, w, m (30 days) or y", .defaultText = "never",
        .help = "How long a session is kept whose client is away; longer wishes are cut to it.",
        .field = brokerField<&BrokerOptions::maximumSessionExpirySeconds>},
    ConfigKey{.name = "max_offline_sessions", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 1,
        .maximum = 10'000'000, .unit = "sessions",
        .help = "Sessions kept whose clients are away; over it the one that is away longest ends.",
        .field = brokerField<&BrokerOptions::maximumOfflineSessions>},
    ConfigKey{.name = "retain_available", .type = Flag, .isForNewConnections = true,
        .help = "Keeps retained messages; false: they are refused, and 5.0 clients are told.",
        .field = configurationField<&Configuration::isRetainAvailable>},
    ConfigKey{.name = "max_retained_messages", .type = Number, .isOurs = true, .isReloadable = true,
        .maximum = 100'000'000, .unit = "messages",
        .help = "Retained messages; a further one is refused, 0 = as retain_available false.",
        .field = brokerField<&BrokerOptions::maximumRetained>},
    ConfigKey{.name = "memory_limit", .type = Number, .isReloadable = true, .unit = "bytes",
        .defaultText = "half of the machine's memory",
        .help = "Memory of all messages, 0 = no bound. Above it QoS 1 and 2 and retained messages are refused.",
        .field = brokerField<&BrokerOptions::maximumMessageMemory>},
    ConfigKey{.name = "max_inflight_bytes", .type = Number, .standing = OneValue, .words = "0", .defaultText = "0",
        .help = "Bytes of messages under way to one client.",
        .reason = "What is under way is bounded by max_queued_bytes, together with what waits: say that."},
    ConfigKey{.name = "message_size_limit", .type = Number, .standing = OneValue, .words = "0", .defaultText = "0",
        .help = "Largest payload.",
        .reason = "mosquitto would acknowledge what it drops. Say max_packet_size, which counts the whole packet "
                  "and closes the client."},
    ConfigKey{.name = "queue_qos0_messages", .type = Flag, .standing = OneValue, .words = "false",
        .defaultText = "false",
        .help = "Keeps QoS 0 messages for clients that are away.",
        .reason = "They are not kept: let those that matter be published at QoS 1."},
    ConfigKey{.name = "upgrade_outgoing_qos", .type = Flag, .standing = OneValue, .words = "false",
        .defaultText = "false",
        .help = "Sends at the QoS of the subscription even if the message has a lower one.",
        .reason = "The standard forbids it: let publishers use the QoS that is wanted."},
    ConfigKey{.name = "allow_duplicate_messages", .type = Flag, .standing = Unneeded,
        .help = "Whether overlapping subscriptions bring a message once or more.",
        .reason = "A 3.x client has it once, a 5.0 client with the identifiers of all its subscriptions that "
                  "match."},
    ConfigKey{.name = "check_retain_source", .type = Flag, .standing = Unneeded,
        .help = "Asks again whether who published a retained message still may.",
        .reason = "It is asked each time one is sent, and cannot be switched off."},
    ConfigKey{.name = "retain_expiry_interval", .type = Number, .standing = Unneeded, .minimum = 1, .unit = "minutes",
        .help = "How often expired retained messages are looked for.",
        .reason = "They are not sent once expired, however long they lie there."},

    // what outlives the process
    ConfigKey{.name = "persistence", .type = Flag,
        .help = "Keeps sessions, what waits for them and retained messages in a file; they are there again after a "
                "restart.",
        .field = brokerField<&BrokerOptions::persistence>},
    ConfigKey{.name = "retained_persistence", .type = Flag, .defaultText = "false",
        .help = "An old name for persistence.",
        .field = {brokerField<&BrokerOptions::persistence>.apply, nullptr}},
    ConfigKey{.name = "persistence_location", .form = "FOLDER", .defaultText = "the working directory",
        .help = "Folder of that file; it must exist.", .field = brokerField<&BrokerOptions::persistenceLocation>},
    ConfigKey{.name = "persistence_file", .form = "NAME", .help = "Name of that file.",
        .field = {applyPersistenceFile, brokerField<&BrokerOptions::persistenceFile>.show}},
    ConfigKey{.name = "durability", .type = Choice, .isOurs = true, .words = "full|normal|relaxed",
        .help = "What an acknowledged change survives: full = a power cut; normal = the end of the process, "
                "whatever ends it; relaxed = nothing waits for the disk, and the last second may be lost.",
        .field = brokerField<&BrokerOptions::durability>},
    ConfigKey{.name = "store_retry_limit", .type = Duration, .isOurs = true, .minimum = 1, .maximum = hour,
        .help = "How long a change that cannot be written is tried again before what waits for it is refused.",
        .field = brokerField<&BrokerOptions::storeRetryLimit>},
    ConfigKey{.name = "max_store_bytes", .type = Number, .isOurs = true, .minimum = 65'536, .unbounded = 0,
        .unit = "bytes",
        .help = "Changes that wait to be written; above it messages of clients wait unread, so that a disk that is "
                "slower than the publishers slows them.",
        .field = brokerField<&BrokerOptions::maximumStoreBytes>},
    ConfigKey{.name = "autosave_interval", .type = Number, .standing = Unneeded, .unit = "seconds",
        .help = "How often everything is written.", .reason = "Each change is committed as it happens."},
    ConfigKey{.name = "autosave_on_changes", .type = Flag, .standing = Unneeded,
        .help = "Counts changes instead of seconds.", .reason = "Each change is committed as it happens."},

    // users and rights
    ConfigKey{.name = "password_file", .isListenersOwn = true, .isReloadable = true, .form = "PATH", .defaultText = "none",
        .help = "Users and their passwords, as mosquitto_passwd and `pigeond passwd` write them. A client that names a "
                "user needs the password; one that names none needs allow_anonymous.",
        .field = brokerField<&BrokerOptions::passwordFile>},
    ConfigKey{.name = "acl_file", .isListenersOwn = true, .isReloadable = true, .form = "PATH", .defaultText = "none",
        .help = "Who may publish to and read which topics, in mosquitto's form; what no line allows is refused. "
                "`pigeond explain` tells which line decides.",
        .field = brokerField<&BrokerOptions::aclFile>},
    ConfigKey{.name = "login_free_failures", .type = Number, .isOurs = true, .isReloadable = true, .minimum = 1, .maximum = 1'000,
        .unit = "failures",
        .help = "Failed logins of one address before it has to wait: 1 s, then twice as long each time, 60 s at most. "
                "Addresses of this machine never have to.",
        .field = brokerField<&BrokerOptions::freeLoginFailures>},
    ConfigKey{.name = "login_max_failures", .type = Number, .isOurs = true, .isReloadable = true, .maximum = 1'000, .unit = "failures",
        .help = "Failed logins that keep an address out for login_ban_time; 0 = it never has to wait either.",
        .field = brokerField<&BrokerOptions::maximumLoginFailures>},
    ConfigKey{.name = "login_ban_time", .type = Duration, .isOurs = true, .isReloadable = true, .minimum = 1, .maximum = day,
        .help = "How long an address is kept out then. A success makes its failures forgotten.",
        .field = brokerField<&BrokerOptions::loginBanTime>},

    // what the broker tells of itself
    ConfigKey{.name = "broker_id", .isOurs = true, .form = "NAME", .defaultText = "a random UUID",
        .help = "Names the broker below $SYS/.",
        .field = {applyBrokerId, brokerField<&BrokerOptions::brokerId>.show}},
    ConfigKey{.name = "sys_interval", .type = Number, .isReloadable = true, .maximum = 65'535, .unit = "seconds",
        .help = "How often $SYS/broker/... is brought up to date, 0 = never.",
        .field = brokerField<&BrokerOptions::systemInterval>},
    ConfigKey{.name = "heartbeat_interval", .type = Duration, .isOurs = true, .isReloadable = true, .maximum = day,
        .help = "How often $SYS/<broker id>/heartbeat is published, 0 = never.",
        .field = brokerField<&BrokerOptions::heartbeatInterval>},
    ConfigKey{.name = "publish_life_topics", .type = Flag, .isOurs = true, .isReloadable = true,
        .help = "Tells below $SYS/<broker id>/ who comes and goes, and who subscribes to what.",
        .field = brokerField<&BrokerOptions::publishLifeTopics>},
    ConfigKey{.name = "allow_system_topics", .type = Flag, .isOurs = true, .isReloadable = true,
        .help = "Clients may subscribe below $SYS, which shows client ids and topic filters of others.",
        .field = brokerField<&BrokerOptions::allowSystemTopics>},

    // the daemon
    ConfigKey{.name = "include_dir", .scope = Process, .mayRepeat = true, .isReloadable = true, .form = "FOLDER",
        .defaultText = "none",
        .help = "Reads all files *.conf of the folder here, in the order of their names. In the main file only.",
        .field = {applyIncludeFolder, nullptr}},
    ConfigKey{.name = "log_dest", .scope = Process, .mayRepeat = true, .isReloadable = true,
        .form = "stderr|stdout|syslog|none|file PATH",
        .help = "Where the log goes; may be given several times. A file is opened again on a reload, for logrotate.",
        .field = {applyLogDestination, showLogDestinations}},
    ConfigKey{.name = "log_type", .scope = Process, .mayRepeat = true, .isReloadable = true,
        .form = "error|warning|notice|information|subscribe|unsubscribe|debug|all|none",
        .help = "What is logged; may be given several times. information: who comes and goes. subscribe and "
                "unsubscribe go together. debug: every packet, without what is in it. SIGUSR2 logs all types until "
                "the next SIGUSR2 or reload.",
        .field = {applyLogType, showLogTypes}},
    ConfigKey{.name = "connection_messages", .type = Flag, .scope = Process, .isReloadable = true,
        .help = "false leaves out of the log who comes and goes.",
        .field = configurationField<&Configuration::log, &LogSettings::connectionMessages>},
    ConfigKey{.name = "log_timestamp", .type = Flag, .scope = Process, .isReloadable = true,
        .help = "Each line of the log begins with the time.",
        .field = configurationField<&Configuration::log, &LogSettings::timestamp>},
    ConfigKey{.name = "log_timestamp_format", .scope = Process, .isReloadable = true, .form = "FORMAT",
        .defaultText = "ISO 8601 with milliseconds", .help = "The form of that time, as strftime takes it.",
        .field = configurationField<&Configuration::log, &LogSettings::timestampFormat>},
    ConfigKey{.name = "log_format", .type = Choice, .scope = Process, .isOurs = true, .isReloadable = true,
        .words = "text|json",
        .help = "json: each line is an object with time, level, category and message, and client, user, address, port and "
                "listener where it is about a client.",
        .field = configurationField<&Configuration::log, &LogSettings::format>},
    ConfigKey{.name = "log_facility", .type = Number, .scope = Process, .isReloadable = true, .maximum = 7,
        .defaultText = "daemon", .help = "Facility of syslog, one of local0 to local7.",
        .field = configurationField<&Configuration::log, &LogSettings::syslogFacility>},
    ConfigKey{.name = "pid_file", .scope = Process, .form = "PATH", .defaultText = "none",
        .help = "Holds the number of the process while it runs.",
        .field = configurationField<&Configuration::pidFile>},
    ConfigKey{.name = "user", .scope = Process, .form = "NAME", .defaultText = "none",
        .help = "Whom a process of root's becomes, with all groups of that user, once its ports are open. It must be able to "
                "read the password and ACL files and to write the store; keys of certificates it needs for a reload.",
        .field = configurationField<&Configuration::user>},
    ConfigKey{.name = "per_listener_settings", .type = Flag, .isReloadable = true,
        .help = "true: allow_anonymous, allow_zero_length_clientid, password_file and acl_file stand below the listener "
                "they are for. But for allow_anonymous all listeners must say the same: users and rights are those of "
                "the whole broker. Where strangers are let in the password_file may be left out.",
        .field = {applyPerListener, configurationField<&Configuration::isPerListener>.show}},
    ConfigKey{.name = "packet_buffer_size", .type = Number, .standing = Unneeded, .maximum = 65'535, .unit = "bytes",
        .help = "Size of mosquitto's first read.", .reason = "Buffers are as large as what arrives."},
    ConfigKey{.name = "retry_interval", .standing = Unneeded, .help = "When to send a message again.",
        .reason = "As the standard says, and mosquitto since 1.5, it is sent again when the client comes back."},
    ConfigKey{.name = "store_clean_interval", .standing = Unneeded, .help = "When to let go of messages.",
        .reason = "A message goes when nobody needs it any more."},

    // refused
    ConfigKey{.name = "global_max_clients", .type = Number, .standing = OneValue, .minimum = -1, .words = "-1",
        .defaultText = "-1",
        .help = "Sessions, with and without a connection.",
        .reason = "We count them apart: say global_max_connections and max_offline_sessions."},
    ConfigKey{.name = "enable_control_api", .type = Flag, .standing = OneValue, .words = "false",
        .defaultText = "false", .help = "Topics below $CONTROL.",
        .reason = "There is no control by topics."},
    ConfigKey{.name = "mptcp", .type = Flag, .scope = Listener, .standing = OneValue, .words = "false",
        .defaultText = "false", .help = "Multipath TCP.",
        .reason = "It is not there yet: clients come over TCP as it is."},
    ConfigKey{.name = "http_dir", .scope = Listener, .standing = Never, .help = "Files to be served over HTTP.",
        .reason = "Pigeon is no web server: let one serve the pages."},
    ConfigKey{.name = "websockets_headers_size", .type = Number, .standing = Unneeded, .unit = "bytes",
        .help = "Room for the headers of a request.", .reason = "It is bounded already."},
    ConfigKey{.name = "websockets_log_level", .type = Number, .standing = Unneeded,
        .help = "What libwebsockets logs.", .reason = "libwebsockets is not used, and logs nothing."},
    engineKey("tls_engine", "Engine of OpenSSL."),
    engineKey("tls_engine_kpass_sha1", "Password of that engine's key."),
    engineKey("tls_keyform", "Whether the key is a file or in an engine."),
    pluginKey("auth_opt_*", "Options of a plugin."),
    pluginKey("auth_plugin", "A plugin for users and rights."),
    pluginKey("auth_plugin_deny_special_chars", "What a plugin is not asked."),
    pluginKey("global_plugin", "A plugin for all listeners."),
    pluginKey("plugin", "A plugin."),
    pluginKey("plugin_load", "A plugin and its name."),
    pluginKey("plugin_opt_*", "Options of a plugin."),
    pluginKey("plugin_use", "A plugin by its name, for a listener."),
    bridgeKey("connection", "Begins a bridge to another broker."),
    bridgeKey("address", "Address of the other broker."),
    bridgeKey("addresses", "Addresses of the other broker."),
    bridgeKey("bridge_alpn", "Protocol that is asked for within TLS."),
    bridgeKey("bridge_attempt_unsubscribe", "Unsubscribes from topics that go out only."),
    bridgeKey("bridge_bind_address", "Address that the bridge comes from."),
    bridgeKey("bridge_cafile", "Authorities of the other broker's certificate."),
    bridgeKey("bridge_capath", "The same, as a folder."),
    bridgeKey("bridge_certfile", "Certificate of the bridge."),
    bridgeKey("bridge_ciphers", "Ciphers up to TLS 1.2."),
    bridgeKey("bridge_ciphers_tls1.3", "Ciphers of TLS 1.3."),
    bridgeKey("bridge_identity", "Whose shared key it is."),
    bridgeKey("bridge_insecure", "Does not check the other broker's name."),
    bridgeKey("bridge_keyfile", "Key of the bridge's certificate."),
    bridgeKey("bridge_max_packet_size", "Largest packet sent."),
    bridgeKey("bridge_max_topic_alias", "Topic aliases of the other broker."),
    bridgeKey("bridge_mptcp", "Multipath TCP."),
    bridgeKey("bridge_outgoing_retain", "Sends retained messages as such."),
    bridgeKey("bridge_protocol_version", "Version of MQTT."),
    bridgeKey("bridge_psk", "Key shared with the other broker."),
    bridgeKey("bridge_receive_maximum", "QoS 1 and 2 messages under way."),
    bridgeKey("bridge_reload_type", "When a reload takes effect."),
    bridgeKey("bridge_require_ocsp", "Asks whether the certificate was revoked."),
    bridgeKey("bridge_session_expiry_interval", "How long the other broker keeps the session."),
    bridgeKey("bridge_tcp_keepalive", "Probes of TCP."),
    bridgeKey("bridge_tcp_user_timeout", "When TCP gives up."),
    bridgeKey("bridge_tls_use_os_certs", "Trusts the authorities of the system."),
    bridgeKey("bridge_tls_version", "Version of TLS."),
    bridgeKey("cleansession", "The other broker keeps nothing."),
    bridgeKey("clientid", "Client id there; an old name."),
    bridgeKey("idle_timeout", "When an idle bridge closes."),
    bridgeKey("keepalive_interval", "Keep alive."),
    bridgeKey("local_cleansession", "Nothing is kept here."),
    bridgeKey("local_clientid", "Client id here."),
    bridgeKey("local_password", "Password here."),
    bridgeKey("local_username", "User here."),
    bridgeKey("notification_topic", "Where it is told whether the bridge stands."),
    bridgeKey("notifications", "Tells whether the bridge stands."),
    bridgeKey("notifications_local_only", "Tells it here only."),
    bridgeKey("password", "Password there; an old name."),
    bridgeKey("remote_clientid", "Client id there."),
    bridgeKey("remote_password", "Password there."),
    bridgeKey("remote_username", "User there."),
    bridgeKey("restart_timeout", "When to connect again."),
    bridgeKey("round_robin", "Takes all addresses for equal."),
    bridgeKey("start_type", "When the bridge connects."),
    bridgeKey("threshold", "Messages that start a lazy bridge."),
    bridgeKey("topic", "Topics that cross the bridge."),
    bridgeKey("try_private", "Tells the other broker that it is a bridge."),
    bridgeKey("username", "User there; an old name."),
};

bool isNamed(const ConfigKey &key, const QString &name)
{
    const QLatin1String pattern(key.name);
    if (pattern.endsWith(u'*'))
        return name.startsWith(pattern.chopped(1));
    return name == pattern;
}

/// How many letters must be put in, left out or exchanged to make one of the other (Levenshtein).
qsizetype distance(const QString &left, const QString &right)
{
    std::vector<qsizetype> row(static_cast<size_t>(right.size()) + 1);
    for (size_t i = 0; i < row.size(); ++i)
        row[i] = static_cast<qsizetype>(i);
    for (qsizetype y = 1; y <= left.size(); ++y) {
        qsizetype diagonal = std::exchange(row[0], y);
        for (qsizetype x = 1; x <= right.size(); ++x) {
            const auto at = static_cast<size_t>(x);
            const qsizetype replaced = diagonal + (left[y - 1] == right[x - 1] ? 0 : 1);
            diagonal = std::exchange(row[at], std::min({replaced, row[at] + 1, row[at - 1] + 1}));
        }
    }
    return row.back();
}

} // namespace

std::span<const ConfigKey> configKeys()
{
    return keys;
}

const ConfigKey *findKey(const QString &name)
{
    const auto isMeant = [&name](const ConfigKey &key) { return isNamed(key, name); };
    const auto found = std::find_if(keys.begin(), keys.end(), isMeant);
    return found == keys.end() ? nullptr : &*found;
}

QString nearestKey(const QString &name)
{
    constexpr qsizetype longestName = 40; // no key is longer, and a long line is not worth the work
    if (name.size() > longestName)
        return {};
    const QString meant = name.toLower().replace(u'-', u'_');
    QString nearest;
    qsizetype shortest = std::max<qsizetype>(2, name.size() / 4) + 1;
    for (const ConfigKey &key : keys) {
        const QString known = QString::fromLatin1(key.name);
        const qsizetype found = distance(meant, known);
        if (found < shortest) {
            shortest = found;
            nearest = known;
        }
    }
    return nearest;
}

} // namespace pigeon
