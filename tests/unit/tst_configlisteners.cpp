#include "support/configtext.h"

#include <QTest>

using namespace pigeon;

/// Where a configuration listens, and who may come in there.
class TestConfigListeners : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opened_data();
    void opened();
    void refused_data();
    void refused();
    void loopback_data();
    void loopback();
    void anonymous_data();
    void anonymous();
    void listenersDiffer();
};

namespace {

QStringList textsOf(const Configuration &configuration)
{
    QStringList texts;
    for (const ListenerSettings &listener : configuration.listeners)
        texts.append(listener.text());
    return texts;
}

} // namespace

void TestConfigListeners::opened_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<std::vector<quint16>>("ports"); // of -p
    QTest::addColumn<QStringList>("listeners");
    QTest::addColumn<QString>("notice");
    const std::vector<quint16> none;
    QTest::newRow("nothing said") << QByteArray() << none << QStringList(QStringLiteral("port 1883 on localhost"))
                                  << "";
    QTest::newRow("-p") << QByteArray() << std::vector<quint16>{5}
                        << QStringList(QStringLiteral("port 5 on localhost")) << "";
    QTest::newRow("-p twice") << QByteArray("sys_interval 5\n") << std::vector<quint16>{5, 0}
                              << QStringList(
                                     {QStringLiteral("port 5 on localhost"), QStringLiteral("port 0 on localhost")})
                              << "";
    QTest::newRow("one listener") << QByteArray("listener 1884\nallow_anonymous true\n") << none
                                  << QStringList(QStringLiteral("port 1884 on all interfaces")) << "";
    QTest::newRow("several") << QByteArray(
        "allow_anonymous true\nlistener 1884\nlistener 1885 10.0.0.1\nlistener 0 ::1 # here\n")
                             << none
                             << QStringList({QStringLiteral("port 1884 on all interfaces"),
                                    QStringLiteral("port 1885 on 10.0.0.1"), QStringLiteral("port 0 on ::1")})
                             << "";
    QTest::newRow("host name") << QByteArray("allow_anonymous true\nlistener 1884 broker-1.example.org\n") << none
                               << QStringList(QStringLiteral("port 1884 on broker-1.example.org")) << "";
    QTest::newRow("one port, two addresses")
        << QByteArray("listener 1883 127.0.0.1\nlistener 1883 ::1\n") << none
        << QStringList({QStringLiteral("port 1883 on 127.0.0.1"), QStringLiteral("port 1883 on ::1")}) << "";
    QTest::newRow("domain") << QByteArray(
        "allow_anonymous true\nlistener 1883\nsocket_domain ipv4\nlistener 1883\nsocket_domain ipv6\n")
                            << none
                            << QStringList({QStringLiteral("port 1883 on all IPv4 interfaces"),
                                   QStringLiteral("port 1883 on all IPv6 interfaces")})
                            << "";
    QTest::newRow("port") << QByteArray("port 1886\nallow_anonymous true\n") << none
                          << QStringList(QStringLiteral("port 1886 on all interfaces")) << "";
    QTest::newRow("bind_address") << QByteArray("bind_address localhost\n") << none
                                  << QStringList(QStringLiteral("port 1883 on localhost")) << "";
    QTest::newRow("port and bind_address") << QByteArray("port 1886\nbind_address ::1\n") << none
                                           << QStringList(QStringLiteral("port 1886 on ::1")) << "";
    QTest::newRow("port and listener") << QByteArray("listener 1884 ::1\nport 1886\nbind_address ::1\n") << none
                                       << QStringList({QStringLiteral("port 1886 on ::1"),
                                              QStringLiteral("port 1884 on ::1")})
                                       << "";
    QTest::newRow("-p beside listeners")
        << QByteArray("listener 1884 ::1\n") << std::vector<quint16>{5}
        << QStringList(QStringLiteral("port 1884 on ::1")) << "-p has no effect, as in mosquitto 2";
    QTest::newRow("-p beside port") << QByteArray("port 1884\nallow_anonymous true\n") << std::vector<quint16>{5}
                                    << QStringList(QStringLiteral("port 1884 on all interfaces"))
                                    << "-p has no effect";
    QTest::newRow("allowed where it is asked for")
        << QByteArray("listener 1884\nlistener_allow_anonymous true\n") << none
        << QStringList(QStringLiteral("port 1884 on all interfaces")) << "";
    QTest::newRow("users") << QByteArray("listener 1884\npassword_file p\n") << none
                           << QStringList(QStringLiteral("port 1884 on all interfaces")) << "";
    QTest::newRow("rights alone") << QByteArray("acl_file a\n") << none
                                  << QStringList(QStringLiteral("port 1883 on localhost"))
                                  << "without a password_file nobody has a user";
    QTest::newRow("users of certificates")
        << QByteArray("allow_anonymous false\nlistener 8883\ncertfile /a\nkeyfile /b\ncafile /c\n"
                      "require_certificate true\nuse_identity_as_username true\n")
        << none << QStringList(QStringLiteral("port 8883 on all interfaces (tls)")) << "";
    QTest::newRow("all kinds")
        << QByteArray("listener 0 /run/p.sock\nlistener 8883 ::1\ncertfile /a\nkeyfile /b\nlistener 9001 ::1\n"
                      "protocol websockets\nlistener 9002 ::1\nprotocol websockets\ncertfile /a\nkeyfile /b\n")
        << none
        << QStringList({QStringLiteral("socket /run/p.sock (unix)"), QStringLiteral("port 8883 on ::1 (tls)"),
               QStringLiteral("port 9001 on ::1 (ws)"), QStringLiteral("port 9002 on ::1 (wss)")})
        << "";
    QTest::newRow("one port for all")
        << QByteArray("listener 1 ::1\nprotocol any\nwebsockets_path /mqtt\ntrusted_proxies ::1\nlistener 2 ::1\n"
                      "protocol any\ncertfile /a\nkeyfile /b\ncafile /c\nrequire_certificate true\n"
                      "use_identity_as_username true\n")
        << none
        << QStringList({QStringLiteral("port 1 on ::1 (tcp, ws)"), QStringLiteral("port 2 on ::1 (tcp, tls, ws, wss)")})
        << "";
    QTest::newRow("rights of users of certificates")
        << QByteArray("acl_file a\nlistener 8883\ncertfile /a\nkeyfile /b\ncafile /c\n"
                      "require_certificate true\nuse_identity_as_username true\n")
        << none << QStringList(QStringLiteral("port 8883 on all interfaces (tls)")) << "";
    QTest::newRow("connections without a bound, at one of two")
        << QByteArray("listener 1 ::1\nmax_connections -1\nlistener 2 ::1\n") << none
        << QStringList({QStringLiteral("port 1 on ::1"), QStringLiteral("port 2 on ::1")}) << "";
    QTest::newRow("what holds anyway, before the first listener")
        << QByteArray("protocol mqtt\nlistener 1884 ::1\n") << none
        << QStringList(QStringLiteral("port 1884 on ::1"))
        << "a.conf:1: notice: protocol stands before the first listener, belongs to none and has no effect.";
    QTest::newRow("a proxy that verifies certificates")
        << QByteArray("listener 1883\nenable_proxy_protocol 2\nrequire_certificate true\nuse_identity_as_username true\n"
                      "proxy_protocol_v2_require_tls true\ntrusted_proxies 10.0.0.1\n")
        << none << QStringList(QStringLiteral("port 1883 on all interfaces")) << "";
    QTest::newRow("shared keys")
        << QByteArray("psk_file /k\nlistener 8883\npsk_hint h\nuse_identity_as_username true\nlistener 9001 ::1\n"
                      "protocol websockets\ntrusted_proxies 127.0.0.1\n")
        << none
        << QStringList({QStringLiteral("port 8883 on all interfaces (tls)"), QStringLiteral("port 9001 on ::1 (ws)")}) << "";
    QTest::newRow("shared keys that nobody needs")
        << QByteArray("psk_file /k\n") << none << QStringList(QStringLiteral("port 1883 on localhost"))
        << "psk_file has no effect without a listener with psk_hint";
    QTest::newRow("forbidden, but not here")
        << QByteArray("allow_anonymous false\nlistener 1884\nlistener_allow_anonymous true\n") << none
        << QStringList(QStringLiteral("port 1884 on all interfaces")) << "";
}

void TestConfigListeners::opened()
{
    QFETCH(QByteArray, text);
    QFETCH(std::vector<quint16>, ports);
    QFETCH(QStringList, listeners);
    QFETCH(QString, notice);
    const ParsedConfiguration parsed = parseText(text, {.ports = ports});
    QVERIFY2(!hasErrors(parsed.diagnostics), qPrintable(linesOf(parsed).join(u'\n')));
    QCOMPARE(textsOf(parsed.configuration), listeners);
    QCOMPARE(parsed.diagnostics.size(), notice.isEmpty() ? 0u : 1u);
    QVERIFY(linesOf(parsed).join(u'\n').contains(notice));
}

void TestConfigListeners::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("begin");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("others could come in")
        << QByteArray("listener 1883\n") << "a.conf:1: error: "
        << "say `allow_anonymous true` to let every client in, or `listener 1883 127.0.0.1`";
    QTest::newRow("an address of this machine") << QByteArray("listener 1883 10.0.0.1\n") << "a.conf:1: error: "
                                                << "say `allow_anonymous true`";
    QTest::newRow("a host name") << QByteArray("listener 1883 a.example\n") << "a.conf:1: error: "
                                 << "say `allow_anonymous true`";
    QTest::newRow("port") << QByteArray("\nport 1883\n") << "a.conf:2: error: " << "say `allow_anonymous true`";
    QTest::newRow("nobody") << QByteArray("listener 1883\nallow_anonymous false\n") << "a.conf:2: error: "
                            << "lets nobody in";
    QTest::newRow("nobody, without a listener") << QByteArray("allow_anonymous false\n") << "a.conf:1: error: "
                                                << "lets nobody in";
    QTest::newRow("nobody here") << QByteArray(
        "allow_anonymous true\nlistener 1883\nlistener_allow_anonymous false\n")
                                 << "a.conf:3: error: "
                                 << "listener_allow_anonymous false lets nobody in";
    QTest::newRow("no port") << QByteArray("listener localhost\n") << "a.conf:1: error: "
                             << "\"localhost\" is not a port";
    QTest::newRow("a comment for a port") << QByteArray("listener # 1883\n") << "a.conf:1: error: "
                                          << "\"\" is not a port";
    QTest::newRow("too much") << QByteArray("listener 1883 ::1 127.0.0.1\n") << "a.conf:1: error: "
                              << "more than a port and an address";
    QTest::newRow("local socket with a port") << QByteArray("listener 1883 /run/p.sock\n") << "a.conf:1: error: "
                                              << "say `listener 0 /run/p.sock`";
    QTest::newRow("local socket twice") << QByteArray("listener 0 /run/p.sock\nlistener 0 /run/p.sock\n")
                                        << "a.conf:2: error: " << "is listened on already";
    QTest::newRow("local socket with WebSocket")
        << QByteArray("listener 0 /run/p.sock\nprotocol websockets\n") << "a.conf:2: error: "
        << "a local socket speaks MQTT as it is";
    QTest::newRow("a certificate without a key") << QByteArray("listener 8883 ::1\ncertfile /a\n")
                                                 << "a.conf:2: error: " << "TLS needs both, certfile and keyfile";
    QTest::newRow("a key without a certificate") << QByteArray("listener 8883 ::1\nkeyfile /a\n")
                                                 << "a.conf:2: error: " << "TLS needs both, certfile and keyfile";
    QTest::newRow("a required certificate of nobody")
        << QByteArray("listener 8883 ::1\ncertfile /a\nkeyfile /a\nrequire_certificate true\n")
        << "a.conf:4: error: " << "require_certificate needs cafile";
    QTest::newRow("a certificate on one port for all, without TLS")
        << QByteArray("listener 1 ::1\nprotocol any\nrequire_certificate true\n") << "a.conf:3: error: "
        << "has no effect on this listener (port 1 on ::1 (tcp, ws)), which is none with TLS";
    QTest::newRow("TLS of a proxy on one port for all, with TLS of its own")
        << QByteArray("listener 1 ::1\nprotocol any\ncertfile /a\nkeyfile /b\nenable_proxy_protocol 2\n"
                      "proxy_protocol_v2_require_tls true\n")
        << "a.conf:6: error: " << "a listener without TLS of its own";
    QTest::newRow("one port for all at a local socket") << QByteArray("listener 0 /run/p.sock\nprotocol any\n")
                                                        << "a.conf:2: error: " << "a local socket speaks MQTT as it is";
    QTest::newRow("certificates without TLS") << QByteArray("listener 1883 ::1\ncafile /a\n") << "a.conf:2: error: "
                                              << "has no effect on this listener";
    QTest::newRow("an identity that is not required")
        << QByteArray("listener 8883 ::1\ncertfile /a\nkeyfile /a\nuse_identity_as_username true\n")
        << "a.conf:4: error: " << "needs `require_certificate true`";
    QTest::newRow("origins without WebSocket") << QByteArray("listener 1883 ::1\nwebsockets_origin http://a\n")
                                               << "a.conf:2: error: " << "say `protocol websockets`";
    QTest::newRow("no address") << QByteArray("listener 1883 [::1]\n") << "a.conf:1: error: "
                                << "neither an IP address nor a host name";
    QTest::newRow("the same twice") << QByteArray("listener 1883 ::1\nlistener 1883 ::1\n") << "a.conf:2: error: "
                                    << "port 1883 on ::1 is listened on already (a.conf:1)";
    QTest::newRow("port twice") << QByteArray("bind_address ::1\nport 5\nport 6\n") << "a.conf:3: error: "
                                << "said already at a.conf:2";
    QTest::newRow("a key before its listener")
        << QByteArray("max_connections 5\nlistener 1883 ::1\n") << "a.conf:1: error: "
        << "max_connections stands before the first listener";
    QTest::newRow("a protocol before its listener")
        << QByteArray("protocol websockets\nlistener 1883 ::1\n") << "a.conf:1: error: "
        << "protocol stands before the first listener and belongs to none: move it";
    QTest::newRow("a key twice for a listener")
        << QByteArray("listener 1 ::1\nmax_connections 5\nmax_connections 6\n") << "a.conf:3: error: "
        << "said already at a.conf:2";
    const QByteArray tls = "listener 8883 ::1\ncertfile /a\nkeyfile /b\n";
    QTest::newRow("two names of a user")
        << tls + "require_certificate true\ncafile /c\nuse_identity_as_username true\nuse_subject_as_username true\n"
        << "a.conf:7: error: " << "a user has one name";
    QTest::newRow("a subject that is not required") << tls + "use_subject_as_username true\n" << "a.conf:4: error: "
                                                    << "use_subject_as_username needs `require_certificate true`";
    QTest::newRow("revocations that nobody is asked for") << tls + "crlfile /c\n" << "a.conf:4: error: "
                                                          << "crlfile needs `require_certificate true`";
    QTest::newRow("a certificate and shared keys") << tls + "psk_hint h\npsk_file /k\n" << "a.conf:4: error: "
                                                   << "not both";
    QTest::newRow("shared keys of nobody") << QByteArray("listener 8883 ::1\npsk_hint h\n") << "a.conf:2: error: "
                                           << "psk_hint needs psk_file";
    QTest::newRow("revocations and shared keys")
        << QByteArray("psk_file /k\nlistener 8883 ::1\npsk_hint h\ncapath /c\n") << "a.conf:4: error: "
        << "which is none with certificates";
    QTest::newRow("TLS of nobody's proxy") << QByteArray("listener 1 ::1\nproxy_protocol_v2_require_tls true\n")
                                           << "a.conf:2: error: " << "needs `enable_proxy_protocol 2`";
    QTest::newRow("TLS of a proxy that cannot tell")
        << QByteArray("listener 1 ::1\nproxy_protocol_v2_require_tls true\nenable_proxy_protocol 1\n")
        << "a.conf:2: error: " << "needs `enable_proxy_protocol 2`";
    QTest::newRow("a certificate of a proxy that cannot tell")
        << QByteArray("listener 1 ::1\nrequire_certificate true\nenable_proxy_protocol 1\n") << "a.conf:2: error: "
        << "has no effect on this listener";
    QTest::newRow("a name of a proxy that need not know it")
        << QByteArray("allow_anonymous false\nlistener 1 ::1\nenable_proxy_protocol 2\nuse_identity_as_username true\n")
        << "a.conf:4: error: " << "use_identity_as_username needs `require_certificate true`";
    QTest::newRow("proxies that tell nothing") << QByteArray("listener 1 ::1\ntrusted_proxies ::1\n")
                                               << "a.conf:2: error: " << "it needs enable_proxy_protocol";
    QTest::newRow("a proxy with a zone")
        << QByteArray("listener 1 ::1\nenable_proxy_protocol 2\ntrusted_proxies fe80::1%eth0\n") << "a.conf:3: error: "
        << "neither an address nor a network";
    QTest::newRow("a network of proxies with a zone")
        << QByteArray("listener 1 ::1\nenable_proxy_protocol 2\ntrusted_proxies fe80::%eth0/64\n") << "a.conf:3: error: "
        << "neither an address nor a network";
    QTest::newRow("PROXY at a local socket") << QByteArray("listener 0 /run/p.sock\nenable_proxy_protocol 1\n")
                                             << "a.conf:2: error: " << "which is none with a port";
    QTest::newRow("no client id to choose")
        << QByteArray("clientid_prefixes a\nlistener 1 ::1\nuse_username_as_clientid true\n") << "a.conf:3: error: "
        << "leave one of the two out";
}

void TestConfigListeners::refused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, begin);
    QFETCH(QString, sentence);
    const QStringList lines = linesOf(text);
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.front().startsWith(begin) && lines.front().contains(sentence), qPrintable(lines.front()));
}

void TestConfigListeners::loopback_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("isLoopback");
    QTest::newRow("127.0.0.1") << "127.0.0.1" << true;
    QTest::newRow("127.1.2.3") << "127.1.2.3" << true;
    QTest::newRow("::1") << "::1" << true;
    QTest::newRow("localhost") << "localhost" << true;
    QTest::newRow("LocalHost") << "LocalHost" << true;
    QTest::newRow("all") << "" << false;
    QTest::newRow("0.0.0.0") << "0.0.0.0" << false;
    QTest::newRow("::") << "::" << false;
    QTest::newRow("10.0.0.1") << "10.0.0.1" << false;
    QTest::newRow("a name") << "localhost.example.org" << false;
}

void TestConfigListeners::loopback()
{
    QFETCH(QString, address);
    QFETCH(bool, isLoopback);
    ListenerSettings listener;
    listener.address = address;
    QCOMPARE(listener.isLoopback(), isLoopback);
}

void TestConfigListeners::anonymous_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("nothing said") << QByteArray() << true;
    QTest::newRow("users") << QByteArray("password_file p\n") << false;
    QTest::newRow("users, on this machine") << QByteArray("password_file p\nlistener 1883 127.0.0.1\n") << false;
    QTest::newRow("users, and strangers") << QByteArray("password_file p\nallow_anonymous true\n") << true;
    QTest::newRow("users, no strangers") << QByteArray("allow_anonymous false\npassword_file p\n") << false;
}

void TestConfigListeners::anonymous()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isAllowed);
    const ParsedConfiguration parsed = parseText(text);
    QCOMPARE(linesOf(parsed), QStringList());
    const ListenerSettings &listener = parsed.configuration.listeners.front();
    QCOMPARE(listener.terms.allowAnonymous.value_or(parsed.configuration.broker.allowAnonymous), isAllowed);
}

/// mosquitto.conf(5): listener keys are those of the listener above them.
void TestConfigListeners::listenersDiffer()
{
    const ParsedConfiguration parsed = parseText(
        "password_file p\nallow_anonymous false\nauto_id_prefix all-\n"
        "listener 1 ::1\nmax_topic_alias 5\nmax_topic_alias_broker 0\nmax_connections 7\nmax_qos 1\n"
        "listener_allow_anonymous true\nlistener_auto_id_prefix one-\naccept_protocol_versions 5\n"
        "listener 2 ::1\nmax_connections -1\n");
    QCOMPARE(linesOf(parsed), QStringList());
    const ListenerTerms &first = parsed.configuration.listeners[0].terms;
    QCOMPARE(first.maximumInboundAliases, std::optional<quint16>(5));
    QCOMPARE(first.maximumOutboundAliases, std::optional<quint16>(0));
    QCOMPARE(first.maximumConnections, 7u);
    QCOMPARE(first.maximumQoS, QoS::AtLeastOnce);
    QCOMPARE(first.allowAnonymous, std::optional(true));
    QCOMPARE(first.clientIdPrefix, std::optional<QByteArray>("one-"));
    QCOMPARE(first.versions, QList<ProtocolVersion>{ProtocolVersion::Mqtt5});
    const ListenerTerms &second = parsed.configuration.listeners[1].terms;
    QCOMPARE(second.maximumInboundAliases, std::optional<quint16>());
    QCOMPARE(second.maximumConnections, 1'000'000u);
    QCOMPARE(second.maximumQoS, QoS::ExactlyOnce);
    QCOMPARE(second.allowAnonymous, std::optional(false));
    QCOMPARE(second.clientIdPrefix, std::optional<QByteArray>("all-"));
    QVERIFY(second.versions.isEmpty());
    QCOMPARE(parsed.configuration.broker.allowAnonymous, false);
}

QTEST_APPLESS_MAIN(TestConfigListeners)
#include "tst_configlisteners.moc"
