#include "config/configkeys.h"
#include "config/configvalue.h"
#include "support/configtext.h"

#include <QSet>
#include <QTest>

using namespace pigeon;
using namespace std::chrono_literals;

namespace {

using C = const Configuration &;

/// One key: a value that works, how that shows, and a value that does not, with a part of the sentence that says why.
struct Row
{
    const char *key;
    const char *good; // null = no value works
    bool (*isInForce)(C); // null = it has no effect
    const char *bad; // null = there is none
    const char *reason;
};

const char engine[] = "OpenSSL 3 has given up engines";
const char plugin[] = "plugin of mosquitto's needs mosquitto";
const char bridge[] = "Bridges are not there yet";

const ListenerSettings &last(const Configuration &configuration)
{
    return configuration.listeners.back();
}

const Row rows[] = {
    {"listener", "1884 127.0.0.1", [](C c) { return last(c).port == 1884 && last(c).address == u"127.0.0.1"; },
        "99999", "\"99999\" is not a port: it must be a number from 0 to 65535"},
    {"port", "1885", [](C c) { return c.listeners.front().port == 1885; }, "-1", "0 to 65535"},
    {"bind_address", "::1", [](C c) { return c.listeners.front().address == u"::1"; }, "1.2.3.400",
        "neither an IP address nor a host name"},
    {"socket_domain", "ipv6", [](C c) { return last(c).domain == SocketDomain::Ipv6; }, "ipx",
        "none of any, ipv4, ipv6"},
    {"allow_anonymous", "true", [](C c) { return c.allowAnonymous == true; }, "false",
        "lets nobody in without a password_file"},
    {"listener_allow_anonymous", "true", [](C c) { return last(c).terms.allowAnonymous == true; }, "false",
        "lets nobody in without a password_file"},
    {"max_connections", "77", [](C c) { return last(c).terms.maximumConnections == 77; }, "0",
        "1 to 1000000 connections; -1 = as much as possible"},
    {"max_connections_per_address", "5", [](C c) { return c.broker.maximumConnectionsPerAddress == 5; }, "-1",
        "0 to 1000000 connections"},
    {"connection_rate_per_address", "6", [](C c) { return c.broker.connectionRatePerAddress == 6; }, "1000001",
        "0 to 1000000 connections a second"},
    {"connection_rate", "7", [](C c) { return c.broker.connectionRate == 7; }, "many", "number"},
    {"global_max_connections", "78", [](C c) { return c.broker.maximumConnections == 78; }, "1000001",
        "out of range"},
    {"max_topic_alias", "5", [](C c) { return last(c).terms.maximumInboundAliases == 5; }, "65536",
        "0 to 65535 aliases"},
    {"max_topic_alias_broker", "6", [](C c) { return last(c).terms.maximumOutboundAliases == 6; }, "x",
        "not a whole number"},
    {"protocol", "websockets", [](C c) { return last(c).kind() == ListenerKind::WebSocket; }, "http",
        "none of mqtt, websockets, any"},
    {"websockets_origin", "https://a.example",
        [](C c) { return last(c).webSocket.allowedOrigins == QStringList(QStringLiteral("https://a.example")); }, "",
        "the value is missing"},
    {"websockets_path", "/mqtt", [](C c) { return last(c).webSocket.path == u"/mqtt"; }, "mqtt", "begins with /"},
    {"websockets_max_frame_bytes", "2000", [](C c) { return last(c).webSocket.maximumFrameBytes == 2'000; }, "1023",
        "out of range"},
    {"certfile", "/a b.pem", [](C c) { return last(c).tls.certificateChainFile == u"/a b.pem" && last(c).isTls(); },
        nullptr, ""},
    {"keyfile", "/a.key", [](C c) { return last(c).tls.privateKeyFile == u"/a.key" && last(c).isTls(); }, nullptr,
        ""},
    {"cafile", "/ca.pem", [](C c) { return last(c).tls.authoritiesFile == u"/ca.pem"; }, "", "the value is missing"},
    {"require_certificate", "true", [](C c) { return last(c).tls.requireCertificate; }, "yes", "neither"},
    {"use_identity_as_username", "true", [](C c) { return last(c).tls.userName == UserNameSource::Identity; }, "yes", "neither"},
    {"tls_version", "tlsv1.3", [](C c) { return last(c).tls.lowestVersion == TlsVersion::Tls13; }, "tlsv1.1",
        "none of tlsv1.2, tlsv1.3"},
    {"ciphers", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384",
        [](C c) { return last(c).tls.ciphers.size() == 2; }, "HIGH:!aNULL", "not the name of a cipher"},
    {"capath", "/folder", [](C c) { return last(c).tls.authoritiesFolder == u"/folder"; }, "", "the value is missing"},
    {"crlfile", "/list", [](C c) { return last(c).tls.revocationFile == u"/list"; }, "", "the value is missing"},
    {"disable_client_cert_date_checks", "true", [](C c) { return last(c).tls.ignoreCertificateDates; }, "yes",
        "neither"},
    {"use_subject_as_username", "true", [](C c) { return last(c).tls.userName == UserNameSource::Subject; }, "yes",
        "neither"},
    {"use_dns_name_as_username", "true", [](C c) { return last(c).tls.userName == UserNameSource::DnsName; }, "yes",
        "neither"},
    {"use_email_as_username", "true", [](C c) { return last(c).tls.userName == UserNameSource::EmailAddress; }, "yes",
        "neither"},
    {"ciphers_tls1.3", "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
        [](C c) { return last(c).tls.ciphers.size() == 2; }, "ECDHE-RSA-AES128-GCM-SHA256",
        "not the name of a cipher of TLS 1.3"},
    {"tls_curves", "X25519:prime256v1", [](C c) { return last(c).tls.curves.size() == 2; }, "", "the value is missing"},
    {"dhparamfile", "/dh", [](C c) { return last(c).tls.diffieHellmanFile == u"/dh"; }, "", "the value is missing"},
    {"tls_check_interval", "2s", [](C c) { return last(c).tls.fileCheckInterval == 2s; }, "2", "not a number with its unit"},
    {"psk_hint", "the broker",
        [](C c) { return last(c).tls.presharedKeyHint == u"the broker" && last(c).kind() == ListenerKind::Tls; },
        nullptr, ""},
    {"psk_file", "/keys", [](C c) { return last(c).tls.presharedKeyFile == u"/keys"; }, nullptr, ""},
    {"enable_proxy_protocol", "2", [](C c) { return last(c).proxyProtocol == ProxyProtocol::Version2; }, "3",
        "none of 0, 1, 2"},
    {"proxy_protocol_v2_require_tls", "true", [](C c) { return last(c).proxyRequiresTls; }, "yes", "neither"},
    {"trusted_proxies", "10.0.0.0/8",
        [](C c) { return last(c).options().trustedProxies == QStringList(QStringLiteral("10.0.0.0/8")); }, "10.0.0.0/33",
        "neither an address nor a network"},
    {"bind_interface", "lo", [](C c) { return last(c).options().networkInterface == u"lo"; }, "",
        "the value is missing"},
    {"accept_protocol_versions", "4, 5",
        [](C c) {
            return last(c).terms.versions == QList<ProtocolVersion>{ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5};
        },
        "6", "\"6\" is no version of MQTT"},
    {"mount_point", "house/", [](C c) { return last(c).terms.mountPoint == "house/"; }, "house/#",
        "\"house/#\" cannot begin topics"},
    {"max_qos", "1", [](C c) { return last(c).terms.maximumQoS == QoS::AtLeastOnce; }, "3", "0 to 2"},
    {"maximum_qos", "0", [](C c) { return last(c).terms.maximumQoS == QoS::AtMostOnce; }, "x", "not a whole number"},
    {"auto_id_prefix", "x-", [](C c) { return last(c).terms.clientIdPrefix == "x-"; }, "a/b", "cannot begin a client id"},
    {"listener_auto_id_prefix", "y-", [](C c) { return last(c).terms.clientIdPrefix == "y-"; }, "a+",
        "cannot begin a client id"},
    {"clientid_prefixes", "z-", [](C c) { return last(c).terms.requiredClientIdPrefix == "z-"; }, "#",
        "cannot begin a client id"},
    {"use_username_as_clientid", "true", [](C c) { return last(c).terms.userNameAsClientId; }, "yes", "neither"},
    {"set_tcp_nodelay", "false", nullptr, nullptr, "no effect"},

    {"connect_timeout", "2s", [](C c) { return c.broker.connectTimeout == 2s; }, "2",
        "not a number with its unit (ms, s, min, h, d) behind it"},
    {"max_keepalive", "60", [](C c) { return c.broker.maximumKeepAliveSeconds == 60; }, "65536",
        "0 to 65535 seconds"},
    {"max_packet_size", "2000000", [](C c) { return c.broker.maximumPacketBytes == 2'000'000; }, "20",
        "1024 to 268435460 bytes"},
    {"max_connect_size", "5000", [](C c) { return c.broker.maximumConnectBytes == 5'000; }, "1023",
        "out of range"},
    {"max_early_bytes", "5001", [](C c) { return c.broker.maximumEarlyBytes == 5'001; }, "0", "out of range"},
    {"max_early_packets", "12", [](C c) { return c.broker.maximumEarlyPackets == 12; }, "0", "out of range"},
    {"max_user_properties", "13", [](C c) { return c.broker.maximumUserProperties == 13; }, "-1", "out of range"},
    {"max_topic_levels", "14", [](C c) { return c.broker.maximumTopicLevels == 14; }, "0", "1 to 65535 levels"},
    {"max_client_id_bytes", "40", [](C c) { return c.broker.maximumClientIdBytes == 40; }, "22",
        "23 to 65535 bytes"},
    {"max_client_id_bytes_v31", "41", [](C c) { return c.broker.maximumClientIdBytes31 == 41; }, "0",
        "out of range"},
    {"allow_zero_length_clientid", "false", [](C c) { return !c.broker.allowEmptyClientId; }, "no",
        "neither true nor false"},
    {"max_subscriptions", "15", [](C c) { return c.broker.maximumSubscriptions == 15; }, "0", "out of range"},
    {"max_inbound_inflight_messages", "16", [](C c) { return c.broker.maximumInboundInflight == 16; }, "0",
        "1 to 65535 messages"},
    {"max_concurrent_publishes", "17", [](C c) { return c.broker.maximumConcurrentPublishes == 17; }, "1000001",
        "out of range"},
    {"handler_time_limit", "500ms", [](C c) { return c.broker.handlerTimeLimit == 500ms; }, "2h", "0 to 1h"},
    {"report_no_subscribers", "0", [](C c) { return !c.broker.reportNoSubscribers; }, "2",
        "neither true nor false"},
    {"response_information", "answers/with  spaces",
        [](C c) { return c.broker.responseInformation == "answers/with  spaces"; }, "",
        "the value is missing: response_information TEXT"},

    {"max_inflight_messages", "0", [](C c) { return c.broker.maximumInflight == 65'535; }, "65536",
        "0 = as much"},
    {"max_queued_messages", "18", [](C c) { return c.broker.maximumQueuedMessages == 18; }, "-1", "out of range"},
    {"max_queued_bytes", "0", [](C c) { return c.broker.maximumQueuedBytes > 1'000'000'000'000; }, "1023",
        "1024 bytes or more; 0 = no bound"},
    {"queue_memory_messages", "21", [](C c) { return c.broker.queueMemoryMessages == 21; }, "1", "2 to 100000000"},
    {"queue_memory_bytes", "4096", [](C c) { return c.broker.queueMemoryBytes == 4'096; }, "1023", "out of range"},
    {"queue_full", "refuse", [](C c) { return c.broker.queueFull == QueueFullPolicy::Refuse; }, "drop",
        "none of drop-new, drop-oldest, refuse"},
    {"max_output_bytes", "4096", [](C c) { return c.broker.maximumOutputBytes == 4'096; }, "4095",
        "out of range"},
    {"drain_timeout", "0", [](C c) { return c.broker.drainTimeout == 0s; }, "2d", "0 to 1d"},
    {"persistent_client_expiration", "2m",
        [](C c) { return c.broker.maximumSessionExpirySeconds == 2 * 30 * 86'400; }, "0d", "out of range"},
    {"max_offline_sessions", "19", [](C c) { return c.broker.maximumOfflineSessions == 19; }, "0",
        "out of range"},
    {"retain_available", "false", [](C c) { return c.broker.maximumRetained == 0; }, "nope",
        "neither true nor false"},
    {"max_retained_messages", "20", [](C c) { return c.broker.maximumRetained == 20; }, "-1", "out of range"},
    {"memory_limit", "1000000", [](C c) { return c.broker.maximumMessageMemory == 1'000'000; }, "1G",
        "not a whole number"},
    {"max_inflight_bytes", "0", nullptr, "100", "bounded by max_queued_bytes"},
    {"message_size_limit", "0", nullptr, "100", "Say max_packet_size"},
    {"queue_qos0_messages", "false", nullptr, "true", "published at QoS 1"},
    {"upgrade_outgoing_qos", "0", nullptr, "1", "The standard forbids it"},
    {"allow_duplicate_messages", "true", nullptr, nullptr, "no effect"},
    {"check_retain_source", "true", nullptr, nullptr, "no effect"},
    {"retain_expiry_interval", "5", nullptr, nullptr, "no effect"},

    {"persistence", "true", [](C c) { return c.broker.persistence; }, "maybe", "neither true nor false"},
    {"retained_persistence", "true", [](C c) { return c.broker.persistence; }, "", "the value is missing"},
    {"persistence_location", "/var/lib/my pigeon/",
        [](C c) { return c.broker.persistenceLocation == u"/var/lib/my pigeon/"; }, "",
        "the value is missing: persistence_location FOLDER"},
    {"persistence_file", "m.db", [](C c) { return c.broker.persistenceFile == u"m.db"; }, "/tmp/m.db",
        "its folder goes into persistence_location"},
    {"durability", "relaxed", [](C c) { return c.broker.durability == Durability::Relaxed; }, "some",
        "none of full, normal, relaxed"},
    {"store_retry_limit", "3min", [](C c) { return c.broker.storeRetryLimit == 3min; }, "0", "1ms to 1h"},
    {"max_store_bytes", "65536", [](C c) { return c.broker.maximumStoreBytes == 65'536; }, "65535", "out of range"},
    {"autosave_interval", "1800", nullptr, nullptr, "Each change is committed as it happens"},
    {"autosave_on_changes", "false", nullptr, nullptr, "Each change is committed as it happens"},

    {"password_file", "/etc/a file", [](C c) { return c.broker.passwordFile == u"/etc/a file"; }, "",
        "the value is missing"},
    {"acl_file", "acl", [](C c) { return c.broker.aclFile == u"acl"; }, "", "the value is missing"},
    {"login_free_failures", "3", [](C c) { return c.broker.freeLoginFailures == 3; }, "0", "1 to 1000 failures"},
    {"login_max_failures", "0", [](C c) { return c.broker.maximumLoginFailures == 0; }, "1001", "0 to 1000 failures"},
    {"login_ban_time", "1h", [](C c) { return c.broker.loginBanTime == 1h; }, "25h", "out of range"},

    {"broker_id", "hall 3", [](C c) { return c.broker.brokerId == "hall 3"; }, "a/b", "not one level of a topic"},
    {"sys_interval", "0", [](C c) { return c.broker.systemInterval == 0s; }, "65536", "0 to 65535 seconds"},
    {"heartbeat_interval", "1h", [](C c) { return c.broker.heartbeatInterval == 1h; }, "5m", "as in 2h"},
    {"publish_life_topics", "false", [](C c) { return !c.broker.publishLifeTopics; }, "off", "neither"},
    {"allow_system_topics", "false", [](C c) { return !c.broker.allowSystemTopics; }, "off", "neither"},

    {"include_dir", nullptr, nullptr, "conf.d", "no folders here"}, // what works is in tst_configfile
    {"log_dest", "file /tmp/a log", [](C c) { return c.log.file == u"/tmp/a log" && !c.log.toStandardError; },
        "nowhere", "none of stderr, stdout, syslog, file PATH, none"},
    {"log_format", "json", [](C c) { return c.log.format == LogFormat::Json; }, "xml", "none of text, json"},
    {"log_type", "subscribe", [](C c) { return c.log.types == LogType::Subscribe; }, "loud", "none of error"},
    {"connection_messages", "false", [](C c) { return !c.log.connectionMessages; }, "off", "neither"},
    {"log_timestamp", "false", [](C c) { return !c.log.timestamp; }, "off", "neither"},
    {"log_timestamp_format", "%H:%M # %S", [](C c) { return c.log.timestampFormat == u"%H:%M # %S"; }, "",
        "the value is missing"},
    {"log_facility", "5", [](C c) { return c.log.syslogFacility == 5; }, "8", "0 to 7"},
    {"pid_file", "/run/p.pid", [](C c) { return c.pidFile == u"/run/p.pid"; }, "", "the value is missing"},
    {"user", "pigeon", [](C c) { return c.user == u"pigeon"; }, "", "the value is missing"},
    {"per_listener_settings", "true", [](C c) { return c.isPerListener; }, "maybe", "neither"},
    {"packet_buffer_size", "4096", nullptr, nullptr, "no effect"},
    {"retry_interval", "20", nullptr, nullptr, "no effect"},
    {"store_clean_interval", "10", nullptr, nullptr, "no effect"},

    {"global_max_clients", "-1", nullptr, "5", "say global_max_connections and max_offline_sessions"},
    {"enable_control_api", "false", nullptr, "true", "no control by topics"},
    {"mptcp", "false", nullptr, "true", "not there yet"},
    {"http_dir", nullptr, nullptr, "/a", "no web server"},
    {"websockets_headers_size", "4096", nullptr, nullptr, "no effect"},
    {"websockets_log_level", "7", nullptr, nullptr, "no effect"},
    {"tls_engine", nullptr, nullptr, "a", engine},
    {"tls_engine_kpass_sha1", nullptr, nullptr, "a", engine},
    {"tls_keyform", nullptr, nullptr, "pem", engine},
    {"auth_opt_*", nullptr, nullptr, "a", plugin},
    {"auth_plugin", nullptr, nullptr, "/a", plugin},
    {"auth_plugin_deny_special_chars", nullptr, nullptr, "true", plugin},
    {"global_plugin", nullptr, nullptr, "/a", plugin},
    {"plugin", nullptr, nullptr, "/a", plugin},
    {"plugin_load", nullptr, nullptr, "a /a", plugin},
    {"plugin_opt_*", nullptr, nullptr, "a", plugin},
    {"plugin_use", nullptr, nullptr, "a", plugin},
    {"connection", nullptr, nullptr, "a", bridge},
    {"address", nullptr, nullptr, "a:1883", bridge},
    {"addresses", nullptr, nullptr, "a:1883", bridge},
    {"bridge_alpn", nullptr, nullptr, "a", bridge},
    {"bridge_attempt_unsubscribe", nullptr, nullptr, "true", bridge},
    {"bridge_bind_address", nullptr, nullptr, "a", bridge},
    {"bridge_cafile", nullptr, nullptr, "/a", bridge},
    {"bridge_capath", nullptr, nullptr, "/a", bridge},
    {"bridge_certfile", nullptr, nullptr, "/a", bridge},
    {"bridge_ciphers", nullptr, nullptr, "a", bridge},
    {"bridge_ciphers_tls1.3", nullptr, nullptr, "a", bridge},
    {"bridge_identity", nullptr, nullptr, "a", bridge},
    {"bridge_insecure", nullptr, nullptr, "true", bridge},
    {"bridge_keyfile", nullptr, nullptr, "/a", bridge},
    {"bridge_max_packet_size", nullptr, nullptr, "1", bridge},
    {"bridge_max_topic_alias", nullptr, nullptr, "1", bridge},
    {"bridge_mptcp", nullptr, nullptr, "true", bridge},
    {"bridge_outgoing_retain", nullptr, nullptr, "true", bridge},
    {"bridge_protocol_version", nullptr, nullptr, "mqttv50", bridge},
    {"bridge_psk", nullptr, nullptr, "a", bridge},
    {"bridge_receive_maximum", nullptr, nullptr, "1", bridge},
    {"bridge_reload_type", nullptr, nullptr, "lazy", bridge},
    {"bridge_require_ocsp", nullptr, nullptr, "true", bridge},
    {"bridge_session_expiry_interval", nullptr, nullptr, "1", bridge},
    {"bridge_tcp_keepalive", nullptr, nullptr, "1 1 1", bridge},
    {"bridge_tcp_user_timeout", nullptr, nullptr, "1", bridge},
    {"bridge_tls_use_os_certs", nullptr, nullptr, "true", bridge},
    {"bridge_tls_version", nullptr, nullptr, "tlsv1.3", bridge},
    {"cleansession", nullptr, nullptr, "true", bridge},
    {"clientid", nullptr, nullptr, "a", bridge},
    {"idle_timeout", nullptr, nullptr, "60", bridge},
    {"keepalive_interval", nullptr, nullptr, "60", bridge},
    {"local_cleansession", nullptr, nullptr, "true", bridge},
    {"local_clientid", nullptr, nullptr, "a", bridge},
    {"local_password", nullptr, nullptr, "a", bridge},
    {"local_username", nullptr, nullptr, "a", bridge},
    {"notification_topic", nullptr, nullptr, "a", bridge},
    {"notifications", nullptr, nullptr, "true", bridge},
    {"notifications_local_only", nullptr, nullptr, "true", bridge},
    {"password", nullptr, nullptr, "a", bridge},
    {"remote_clientid", nullptr, nullptr, "a", bridge},
    {"remote_password", nullptr, nullptr, "a", bridge},
    {"remote_username", nullptr, nullptr, "a", bridge},
    {"restart_timeout", nullptr, nullptr, "5 30", bridge},
    {"round_robin", nullptr, nullptr, "true", bridge},
    {"start_type", nullptr, nullptr, "lazy", bridge},
    {"threshold", nullptr, nullptr, "10", bridge},
    {"topic", nullptr, nullptr, "# both 2", bridge},
    {"try_private", nullptr, nullptr, "true", bridge},
    {"username", nullptr, nullptr, "a", bridge},
};

/// The lines without which a key has no effect.
QByteArray companions(const QByteArray &name)
{
    const QByteArrayList ofCertificates{"certfile", "keyfile", "cafile", "capath", "crlfile", "require_certificate",
        "disable_client_cert_date_checks", "use_identity_as_username", "use_subject_as_username",
        "use_dns_name_as_username", "use_email_as_username", "tls_version", "ciphers", "ciphers_tls1.3", "tls_curves",
        "dhparamfile", "tls_check_interval"};
    const bool isName = name.endsWith("_as_username");
    QByteArray lines;
    if (name.startsWith("websockets_"))
        lines += "protocol websockets\n";
    if (isName || name == "crlfile")
        lines += "require_certificate true\n";
    if (isName || name == "require_certificate" || name == "crlfile")
        lines += "cafile /ca\n";
    for (const QByteArray &each : {QByteArray("certfile"), QByteArray("keyfile")}) {
        if (ofCertificates.contains(name) && name != each)
            lines += each + " /file\n";
    }
    if (name == "psk_hint")
        lines += "psk_file /file\n";
    if (name == "psk_file")
        lines += "psk_hint hint\n";
    if (name == "proxy_protocol_v2_require_tls" || name == "trusted_proxies")
        lines += "enable_proxy_protocol 2\n";
    return lines;
}

/// A file with a listener, and the key in the third line. Keys of the default listener stand alone.
QByteArray fileWith(const char *key, const char *value)
{
    const QByteArray name = QByteArray(key).replace('*', "more");
    const bool isOfDefaultListener = name == "port" || name == "bind_address";
    const bool isAfter = name == "allow_anonymous" || name == "per_listener_settings"; // that one must stand first
    const QByteArray anonymous = isAfter ? "" : "allow_anonymous true";
    const QByteArray listener = isOfDefaultListener ? "#" : "listener 1883 127.0.0.1";
    return listener + '\n' + anonymous + '\n' + name + ' ' + value + '\n' + companions(name);
}

bool isKind(const QString &line, const char *kind)
{
    return line.startsWith(QStringLiteral("a.conf:3: %1: ").arg(QLatin1String(kind)));
}

} // namespace

/// The table of keys, each with a value that works and one that does not.
class TestConfigKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKeyHasARow();
    void goodValues_data() { addRows(); }
    void goodValues();
    void badValues_data() { addRows(); }
    void badValues();
    void rangesAreTheBrokers_data();
    void rangesAreTheBrokers();
    void keysHaveWords();
    void nearestKeys_data();
    void nearestKeys();

private:
    void addRows();
};

void TestConfigKeys::addRows()
{
    QTest::addColumn<const Row *>("row");
    for (const Row &row : rows)
        QTest::newRow(row.key) << &row;
}

void TestConfigKeys::everyKeyHasARow()
{
    QStringList tested;
    for (const Row &row : rows)
        tested.append(QLatin1String(row.key));
    QStringList known;
    for (const ConfigKey &key : configKeys())
        known.append(QLatin1String(key.name));
    tested.sort();
    known.sort();
    QCOMPARE(tested, known);
    QCOMPARE(QSet<QString>(known.begin(), known.end()).size(), known.size());
}

void TestConfigKeys::goodValues()
{
    QFETCH(const Row *, row);
    if (!row->good)
        return; // refused, whatever its value
    const ParsedConfiguration parsed = parseText(fileWith(row->key, row->good));
    const QStringList lines = linesOf(parsed);
    QVERIFY2(!hasErrors(parsed.diagnostics), qPrintable(lines.join(u'\n')));
    if (row->isInForce)
        QVERIFY(row->isInForce(parsed.configuration));
    const bool isUnneeded = findKey(QLatin1String(row->key))->standing == KeyStanding::Unneeded;
    if (isUnneeded) {
        QCOMPARE(lines.size(), 1);
        QVERIFY2(isKind(lines.front(), "notice"), qPrintable(lines.front()));
        QVERIFY2(lines.front().contains(QLatin1String(row->reason)), qPrintable(lines.front()));
    }
    // An untouched configuration must not happen to be what the row asks for.
    if (row->isInForce)
        QVERIFY(!row->isInForce(parseText("listener 1883 127.0.0.1").configuration));
}

void TestConfigKeys::badValues()
{
    QFETCH(const Row *, row);
    if (!row->bad)
        return; // taken with any value
    const QStringList lines = linesOf(fileWith(row->key, row->bad));
    QCOMPARE(lines.size(), 1);
    QVERIFY2(isKind(lines.front(), "error"), qPrintable(lines.front()));
    QVERIFY2(lines.front().contains(QLatin1String(row->reason)), qPrintable(lines.front()));
    QVERIFY2(lines.front().contains(QString::fromLatin1(row->key).remove(u'*')), qPrintable(lines.front()));
}

void TestConfigKeys::rangesAreTheBrokers_data()
{
    QTest::addColumn<const ConfigKey *>("key");
    for (const ConfigKey &key : configKeys()) {
        const bool isNumber
            = key.type == ValueType::Number || key.type == ValueType::Duration || key.type == ValueType::Period;
        if (isNumber && key.standing == KeyStanding::Works)
            QTest::newRow(key.name) << &key;
    }
}

void TestConfigKeys::rangesAreTheBrokers()
{
    QFETCH(const ConfigKey *, key);
    const bool isOpen = key->maximum == std::numeric_limits<qint64>::max();
    for (const qint64 number : {key->minimum, isOpen ? key->minimum + 1 : key->maximum}) {
        const QString written = writtenValue(*key, {{}, number, {}});
        const QByteArray text = fileWith(key->name, written.toLatin1().constData());
        const ParsedConfiguration parsed = parseText(text);
        QVERIFY2(!hasErrors(parsed.diagnostics), qPrintable(linesOf(parsed).join(u'\n')));
        QCOMPARE(parsed.configuration.broker.problems(), QStringList());
    }
}

void TestConfigKeys::keysHaveWords()
{
    for (const ConfigKey &key : configKeys()) {
        const QByteArray help(key.help);
        QVERIFY2(help.endsWith('.') && help.size() > 5, key.name);
        const bool needsReason = key.standing != KeyStanding::Works;
        QVERIFY2(needsReason == (QByteArray(key.reason).size() > 0), key.name);
        QVERIFY2(!needsReason || QByteArray(key.reason).endsWith('.'), key.name);
        QVERIFY2((key.standing == KeyStanding::Works) == (key.field.apply != nullptr), key.name);
        QVERIFY2(key.type != ValueType::Choice || QByteArray(key.words).contains('|'), key.name);
        QVERIFY2(!valueForm(key).isEmpty(), key.name);
    }
}

void TestConfigKeys::nearestKeys_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("nearest");
    QTest::newRow("a letter is missing") << "max_conections" << "max_connections";
    QTest::newRow("a letter too many") << "listenner" << "listener";
    QTest::newRow("another letter") << "log_tipe" << "log_type";
    QTest::newRow("dashes") << "max-packet-size" << "max_packet_size";
    QTest::newRow("capitals") << "Persistence" << "persistence";
    QTest::newRow("nothing like it") << "frobnicate" << "";
    QTest::newRow("one letter") << "x" << "";
    QTest::newRow("very long") << QString(100'000, u'a') << "";
    QTest::newRow("empty") << "" << "";
}

void TestConfigKeys::nearestKeys()
{
    QFETCH(QString, written);
    QFETCH(QString, nearest);
    QCOMPARE(nearestKey(written), nearest);
}

QTEST_APPLESS_MAIN(TestConfigKeys)
#include "tst_configkeys.moc"
