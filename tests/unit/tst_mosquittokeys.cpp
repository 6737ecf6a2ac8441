#include "config/configkeys.h"
#include "support/configtext.h"

#include <QSet>
#include <QTest>

using namespace pigeon;

namespace {

/// A key of mosquitto's and the value that holds there when nobody says it; null = it has none, or the key is refused
/// whatever its value (tst_configkeys has the reasons).
struct Key
{
    const char *name;
    const char *untouched;
};

// mosquitto.conf(5) of 2.0, with the old names that its parser takes as well.
const Key keysOf20[] = {{"acl_file", nullptr}, {"address", nullptr}, {"addresses", nullptr},
    {"allow_anonymous", nullptr}, {"allow_duplicate_messages", "true"}, {"allow_zero_length_clientid", "true"},
    {"auth_opt_name", nullptr}, {"auth_plugin", nullptr}, {"auth_plugin_deny_special_chars", nullptr},
    {"auto_id_prefix", nullptr}, {"autosave_interval", "1800"}, {"autosave_on_changes", "false"},
    {"bind_address", nullptr}, {"bind_interface", nullptr}, {"bridge_alpn", nullptr},
    {"bridge_attempt_unsubscribe", nullptr}, {"bridge_bind_address", nullptr}, {"bridge_cafile", nullptr},
    {"bridge_capath", nullptr}, {"bridge_certfile", nullptr}, {"bridge_identity", nullptr},
    {"bridge_insecure", nullptr}, {"bridge_keyfile", nullptr}, {"bridge_max_packet_size", nullptr},
    {"bridge_outgoing_retain", nullptr}, {"bridge_protocol_version", nullptr}, {"bridge_psk", nullptr},
    {"bridge_require_ocsp", nullptr}, {"bridge_tls_version", nullptr}, {"cafile", nullptr}, {"capath", nullptr},
    {"certfile", nullptr}, {"check_retain_source", "true"}, {"ciphers", nullptr}, {"ciphers_tls1.3", nullptr},
    {"cleansession", nullptr}, {"clientid", nullptr}, {"clientid_prefixes", nullptr}, {"connection", nullptr},
    {"connection_messages", "true"}, {"crlfile", nullptr}, {"dhparamfile", nullptr}, {"http_dir", nullptr},
    {"idle_timeout", nullptr}, {"include_dir", nullptr}, {"keepalive_interval", nullptr}, {"keyfile", nullptr},
    {"listener", "1883 ::1"}, {"local_cleansession", nullptr}, {"local_clientid", nullptr},
    {"local_password", nullptr}, {"local_username", nullptr}, {"log_dest", "stderr"}, {"log_facility", nullptr},
    {"log_timestamp", "true"}, {"log_timestamp_format", nullptr}, {"log_type", "error"}, {"max_connections", "-1"},
    {"max_inflight_bytes", "0"}, {"max_inflight_messages", "20"}, {"max_keepalive", "65535"},
    {"max_packet_size", "2000000"}, {"max_qos", "2"}, {"max_queued_bytes", "0"}, {"max_queued_messages", "1000"},
    {"max_topic_alias", "10"}, {"maximum_qos", "2"}, {"memory_limit", "0"}, {"message_size_limit", "0"},
    {"mount_point", nullptr}, {"notification_topic", nullptr}, {"notifications", nullptr},
    {"notifications_local_only", nullptr}, {"password", nullptr}, {"password_file", nullptr},
    {"per_listener_settings", "false"}, {"persistence", "false"}, {"persistence_file", "mosquitto.db"},
    {"persistence_location", "/var/lib/mosquitto/"}, {"persistent_client_expiration", "1y"}, {"pid_file", nullptr},
    {"plugin", nullptr}, {"plugin_opt_name", nullptr}, {"port", "1883"}, {"protocol", "mqtt"}, {"psk_file", nullptr},
    {"psk_hint", nullptr}, {"queue_qos0_messages", "false"}, {"remote_clientid", nullptr},
    {"remote_password", nullptr}, {"remote_username", nullptr}, {"require_certificate", nullptr},
    {"restart_timeout", nullptr}, {"retain_available", "true"}, {"retained_persistence", "false"},
    {"retry_interval", "20"}, {"round_robin", nullptr}, {"set_tcp_nodelay", "false"}, {"socket_domain", nullptr},
    {"start_type", nullptr}, {"store_clean_interval", "10"}, {"sys_interval", "10"}, {"threshold", nullptr},
    {"tls_engine", nullptr}, {"tls_engine_kpass_sha1", nullptr}, {"tls_keyform", nullptr}, {"tls_version", nullptr},
    {"topic", nullptr}, {"try_private", nullptr}, {"upgrade_outgoing_qos", "false"},
    {"use_identity_as_username", nullptr}, {"use_subject_as_username", nullptr},
    {"use_username_as_clientid", "false"}, {"user", nullptr}, {"username", nullptr},
    {"websockets_headers_size", "1024"}, {"websockets_log_level", "0"}};

// What 2.1 adds.
const Key keysOf21[] = {{"accept_protocol_versions", nullptr}, {"bridge_ciphers", nullptr},
    {"bridge_ciphers_tls1.3", nullptr}, {"bridge_max_topic_alias", nullptr}, {"bridge_mptcp", nullptr},
    {"bridge_receive_maximum", nullptr}, {"bridge_reload_type", nullptr},
    {"bridge_session_expiry_interval", nullptr}, {"bridge_tcp_keepalive", nullptr},
    {"bridge_tcp_user_timeout", nullptr}, {"bridge_tls_use_os_certs", nullptr},
    {"disable_client_cert_date_checks", nullptr}, {"enable_control_api", "false"}, {"enable_proxy_protocol", nullptr},
    {"global_max_clients", "-1"}, {"global_max_connections", "-1"}, {"global_plugin", nullptr},
    {"listener_allow_anonymous", nullptr}, {"listener_auto_id_prefix", nullptr}, {"max_topic_alias_broker", "10"},
    {"mptcp", "false"}, {"packet_buffer_size", "4096"}, {"plugin_load", nullptr}, {"plugin_use", nullptr},
    {"proxy_protocol_v2_require_tls", nullptr}, {"retain_expiry_interval", "60"}, {"websockets_origin", nullptr}};

} // namespace

/// Each key that mosquitto knows, we know; and what holds there without a word may be written out here.
class TestMosquittoKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isKnown_data() { addRows(); }
    void isKnown();
    void untouched_data() { addRows(); }
    void untouched();
    void othersAreOurs();

private:
    void addRows();
};

void TestMosquittoKeys::addRows()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("value");
    for (const Key &key : keysOf20)
        QTest::newRow(key.name) << QString::fromLatin1(key.name) << QByteArray(key.untouched);
    for (const Key &key : keysOf21)
        QTest::newRow(key.name) << QString::fromLatin1(key.name) << QByteArray(key.untouched);
}

/// Works, has no effect for a reason that is told, or is refused by its name.
void TestMosquittoKeys::isKnown()
{
    QFETCH(QString, name);
    const ConfigKey *key = findKey(name);
    QVERIFY(key);
    QVERIFY(!key->isOurs);
    QVERIFY(key->standing == KeyStanding::Works || QByteArray(key->reason).size() > 20);
}

void TestMosquittoKeys::untouched()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, value);
    if (value.isEmpty())
        return;
    const bool isOfListeners = findKey(name)->scope == KeyScope::Listener && name != u"listener" && name != u"port";
    const QByteArray listener = isOfListeners ? "listener 1883 ::1\n" : "";
    const ParsedConfiguration parsed
        = parseText("allow_anonymous true\n" + listener + name.toLatin1() + ' ' + value + '\n');
    QVERIFY2(!hasErrors(parsed.diagnostics), qPrintable(linesOf(parsed).join(u'\n')));
}

/// What is not marked as ours is in the lists above: else one of the two is wrong.
void TestMosquittoKeys::othersAreOurs()
{
    QSet<const ConfigKey *> listed;
    for (const Key &key : keysOf20)
        listed.insert(findKey(QString::fromLatin1(key.name)));
    for (const Key &key : keysOf21)
        listed.insert(findKey(QString::fromLatin1(key.name)));
    for (const ConfigKey &key : configKeys())
        QVERIFY2(key.isOurs != listed.contains(&key), key.name);
}

QTEST_APPLESS_MAIN(TestMosquittoKeys)
#include "tst_mosquittokeys.moc"
