#include "base/logging.h"
#include "support/tlsclient.h"

#include <QLoggingCategory>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSslCipher>
#include <QSslEllipticCurve>

using namespace pigeon;
using namespace pigeon::test;

/// Certificates of clients: which of them come in, and who they are. mosquitto.conf(5): cafile, capath, crlfile,
/// require_certificate, use_identity_as_username, use_subject_as_username.
class TestTlsClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void areChecked_data();
    void areChecked();
    void aListOutOfDateIsWarnedOf();
    void aListOfAStrangerIsWarnedOf();
    void haveTheirNames_data();
    void haveTheirNames();
    void withoutSuchANameAreRefused_data();
    void withoutSuchANameAreRefused();
    void withANameNeedNoPassword();
    void thatFailAreToldOnce();
    void areToldHowTheyAreEncrypted_data();
    void areToldHowTheyAreEncrypted();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void theCipherOfTls13IsChosen();
    void theCurveIsChosen();

private:
    QString path(const char *name) const { return m_made->file(name); }

    std::unique_ptr<Certificates> m_made;
};

void TestTlsClients::initTestCase()
{
    m_made = std::make_unique<Certificates>();
    for (const char *name : {"alice", "bob"})
        m_made->issue(name, name, "ca", 10);
    m_made->issue("late", "late", "ca", -1);
    m_made->issue("stranger", "stranger", "other", 10);
    // One authority between: what it has signed, and what its own authority has revoked.
    m_made->run("req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout between.key -out between.csr "
                "-subj /CN=between -addext basicConstraints=critical,CA:TRUE");
    m_made->run("x509 -req -in between.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days 10 -out "
                "between.pem");
    m_made->issue("carol", "carol", "between", 10);
    QFile carol(path("carol.pem"));
    QFile between(path("between.pem"));
    QVERIFY(carol.open(QIODevice::ReadOnly) && between.open(QIODevice::ReadOnly));
    const QByteArray chain = carol.readAll() + between.readAll();
    carol.close();
    m_made->write("carol.pem", chain);

    m_made->revoke("nobody", "ca", {});
    m_made->revoke("bob", "ca", {"bob"});
    m_made->revoke("stale", "ca", {}, "-crl_lastupdate 20200101000000Z -crl_nextupdate 20200102000000Z");
    m_made->revoke("foreign", "other", {});
    m_made->revoke("carols", "between", {"carol"});
    m_made->revoke("carolsgood", "between", {});
    m_made->revoke("betweens", "ca", {"between"});
    const auto both = [this](const char *name, const char *first, const char *second) {
        QFile one(path(first));
        QFile other(path(second));
        QVERIFY(one.open(QIODevice::ReadOnly) && other.open(QIODevice::ReadOnly));
        m_made->write(name, one.readAll() + other.readAll());
    };
    both("all.crl", "bob.crl", "carols.crl");
    both("good.crl", "nobody.crl", "carolsgood.crl");
    both("chain.crl", "betweens.crl", "carolsgood.crl");

    QDir(m_made->folder()).mkdir(QStringLiteral("authorities"));
    for (const char *name : {"ca.pem", "other.pem"})
        QVERIFY(QFile::copy(path(name), path("authorities/") + QLatin1String(name)));
    QVERIFY(QFile::copy(path("ca.key"), path("authorities/ca.key"))); // no certificate: left out
    QDir(m_made->folder()).mkdir(QStringLiteral("empty"));
}

void TestTlsClients::areChecked_data()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("list"); // of the revoked; "" = none
    QTest::addColumn<bool>("ignoresDates");
    QTest::addColumn<QByteArray>("folder"); // capath instead of cafile; "" = cafile
    QTest::addColumn<QByteArray>("why"); // of the refusal; "" = comes in
    const auto row = [](const char *name, const char *certificate, const char *list, const char *why,
                         bool ignoresDates = false, const char *folder = "") {
        QTest::newRow(name) << QByteArray(certificate) << QByteArray(list) << ignoresDates << QByteArray(folder)
                            << QByteArray(why);
    };
    row("good", "alice", "", "");
    row("none", "", "", "handshake");
    row("of another authority", "stranger", "", "refused");
    row("expired", "late", "", "expired");
    row("expired, which does not matter", "late", "", "", true);
    row("of another authority, whose dates do not matter", "stranger", "", "refused", true);
    row("nobody is revoked", "alice", "nobody.crl", "");
    row("another is revoked", "alice", "bob.crl", "");
    row("revoked", "bob", "bob.crl", "revoked");
    row("revoked, and dates do not matter", "bob", "bob.crl", "revoked", true);
    row("expired in spite of a list", "late", "nobody.crl", "expired");
    row("expired, which does not matter, with a list", "late", "nobody.crl", "", true);
    row("the list is out of date", "alice", "stale.crl", "expired");
    row("the list is out of date, which does matter", "alice", "stale.crl", "expired", true);
    row("the list is of another authority", "alice", "foreign.crl", "unable to get certificate CRL");
    row("by an authority between", "carol", "", "");
    row("by an authority between, with both lists", "carol", "good.crl", "");
    row("by an authority between that has no list", "carol", "nobody.crl", "unable to get certificate CRL");
    row("by an authority between that has revoked it", "carol", "all.crl", "revoked");
    row("by an authority between that is revoked", "carol", "chain.crl", "revoked");
    row("of a folder", "alice", "", "", false, "authorities");
    row("of the second file of a folder", "stranger", "", "", false, "authorities");
    row("revoked, of a folder", "bob", "bob.crl", "revoked", false, "authorities");
}

void TestTlsClients::areChecked()
{
    QFETCH(QByteArray, certificate);
    QFETCH(QByteArray, list);
    QFETCH(bool, ignoresDates);
    QFETCH(QByteArray, folder);
    QFETCH(QByteArray, why);
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.ignoreCertificateDates = ignoresDates;
    if (!list.isEmpty())
        options.tls.revocationFile = path(list.constData());
    if (!folder.isEmpty()) {
        options.tls.authoritiesFile.clear();
        options.tls.authoritiesFolder = path(folder.constData());
    }
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    QCOMPARE(enter(broker, *m_made, certificate) != nullptr, why.isEmpty());
    if (why.isEmpty())
        return;
    QTRY_COMPARE(refused.size(), qsizetype(1));
    const QByteArray text = refused.first().at(1).value<EventError>().text;
    QVERIFY2(why == "handshake" || text.contains(why), text.constData());
    QCOMPARE(refused.first().at(0).value<ClientInfo>().address, QByteArray("127.0.0.1"));
    QCOMPARE(broker.sessions(), qsizetype(0)); // not a byte of MQTT was read
}

void TestTlsClients::aListOutOfDateIsWarnedOf()
{
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.revocationFile = path("stale.crl");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("stale.crl\": the list of /CN=ca is out of date")));
    Broker broker;
    QVERIFY(broker.listen(options));
}

void TestTlsClients::aListOfAStrangerIsWarnedOf()
{
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.revocationFile = path("foreign.crl");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("CN=other is signed by none of the authorities")));
    Broker broker;
    QVERIFY(broker.listen(options));
}

void TestTlsClients::haveTheirNames_data()
{
    QTest::addColumn<UserNameSource>("source");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("alternatives");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("common name") << UserNameSource::Identity << QByteArray("/CN=dora") << QByteArray("DNS:x")
                                 << QByteArray("dora");
    QTest::newRow("common name in UTF-8") << UserNameSource::Identity << QByteArray("/CN=d\xC3\xB6ra")
                                          << QByteArray("DNS:x") << QByteArray("d\xC3\xB6ra");
    QTest::newRow("subject") << UserNameSource::Subject << QByteArray("/C=DE/O=Example/CN=dora") << QByteArray("DNS:x")
                             << QByteArray("CN=dora,O=Example,C=DE");
    QTest::newRow("subject with a comma") << UserNameSource::Subject << QByteArray("/O=A,B/CN=dora")
                                          << QByteArray("DNS:x") << QByteArray("CN=dora,O=A\\,B");
    QTest::newRow("DNS name") << UserNameSource::DnsName << QByteArray("/CN=y") << QByteArray("DNS:dora.example,email:d@x")
                              << QByteArray("dora.example");
    QTest::newRow("e-mail address") << UserNameSource::EmailAddress << QByteArray("/CN=y")
                                    << QByteArray("email:dora@example.org,DNS:x") << QByteArray("dora@example.org");
}

void TestTlsClients::haveTheirNames()
{
    QFETCH(UserNameSource, source);
    QFETCH(QByteArray, subject);
    QFETCH(QByteArray, alternatives);
    QFETCH(QByteArray, name);
    m_made->issueAs("dora", subject, alternatives, "ca");
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.userName = source;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    ConnectPacket connect;
    connect.clientId = "client";
    connect.version = ProtocolVersion::Mqtt5;
    connect.userName = "somebody else";
    QVERIFY(enter(broker, *m_made, "dora", connect));
    QCOMPARE(registered.first().first().value<ClientInfo>().userName, name);
}

void TestTlsClients::withoutSuchANameAreRefused_data()
{
    QTest::addColumn<UserNameSource>("source");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("alternatives");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("no common name") << UserNameSource::Identity << QByteArray("/O=x") << QByteArray("DNS:x")
                                    << QByteArray("no common name, or several");
    QTest::newRow("two common names") << UserNameSource::Identity << QByteArray("/CN=x/CN=y") << QByteArray("DNS:x")
                                      << QByteArray("no common name, or several");
    QTest::newRow("no DNS name") << UserNameSource::DnsName << QByteArray("/CN=x") << QByteArray("email:x@y")
                                 << QByteArray("no DNS name, or several");
    QTest::newRow("two DNS names") << UserNameSource::DnsName << QByteArray("/CN=x") << QByteArray("DNS:x,DNS:y")
                                   << QByteArray("no DNS name, or several");
    QTest::newRow("no e-mail address") << UserNameSource::EmailAddress << QByteArray("/CN=x") << QByteArray("DNS:x")
                                       << QByteArray("no e-mail address, or several");
}

void TestTlsClients::withoutSuchANameAreRefused()
{
    QFETCH(UserNameSource, source);
    QFETCH(QByteArray, subject);
    QFETCH(QByteArray, alternatives);
    QFETCH(QByteArray, why);
    m_made->issueAs("dora", subject, alternatives, "ca");
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.userName = source;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    QVERIFY(!enter(broker, *m_made, "dora"));
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QVERIFY(refused.first().at(1).value<EventError>().text.contains(why));
}

/// mosquitto.conf(5), use_identity_as_username: the password_file is not used for this listener.
void TestTlsClients::withANameNeedNoPassword()
{
    // bob, "secret"; made with mosquitto_passwd
    m_made->write("users", 
        "bob:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx"
        "9P9qHYDRPtHlPP+aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==\n");
    BrokerOptions rules;
    rules.passwordFile = path("users");
    rules.allowAnonymous = false;
    Broker broker(rules);
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.userName = UserNameSource::Identity;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    QVERIFY(enter(broker, *m_made, "alice")); // who is no user of the file
    ConnectPacket connect;
    connect.clientId = "other";
    connect.version = ProtocolVersion::Mqtt5;
    connect.userName = "bob";
    connect.password = "wrong";
    QVERIFY(enter(broker, *m_made, "alice", connect)); // name and password of CONNECT are not looked at
    for (const QList<QVariant> &each : registered)
        QCOMPARE(each.first().value<ClientInfo>().userName, QByteArray("alice"));
    // The same file counts at a listener that takes names from CONNECT, where a certificate alone is nobody.
    options.tls.userName = UserNameSource::Connect;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QVERIFY(!enter(broker, *m_made, "alice"));
    QVERIFY(!enter(broker, *m_made, "alice", connect));
    connect.password = "secret";
    QVERIFY(enter(broker, *m_made, "alice", connect));
    QCOMPARE(registered.last().first().value<ClientInfo>().userName, QByteArray("bob"));
}

void TestTlsClients::thatFailAreToldOnce()
{
    Broker broker;
    QVERIFY2(broker.listen(certifiedOptions(*m_made)), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    auto &category = const_cast<QLoggingCategory &>(logConnection()); // CTest keeps such lines away
    category.setEnabled(QtInfoMsg, true);
    QTest::ignoreMessage(QtInfoMsg,
        QRegularExpression(QStringLiteral("127.0.0.1:\\d+, tls 127.0.0.1:%1\\) is closed before it was connected: the client's "
                                          "certificate is refused").arg(broker.port())));
    QVERIFY(!enter(broker, *m_made, "stranger"));
    QTRY_COMPARE(refused.size(), qsizetype(1));
    category.setEnabled(QtInfoMsg, false);
    const ClientInfo client = refused.first().at(0).value<ClientInfo>();
    QCOMPARE(client.connection, quint64(0));
    QVERIFY(client.port != 0);
    QCOMPARE(client.listener, "tls 127.0.0.1:" + QByteArray::number(broker.port()));
    QTest::qWait(50);
    QCOMPARE(refused.size(), qsizetype(1));
}

using Change = void (*)(TlsOptions &, const Certificates &);
Q_DECLARE_METATYPE(Change)

void TestTlsClients::areToldHowTheyAreEncrypted_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::addColumn<bool>("speaksTls");
    QTest::addColumn<TlsVersion>("lowest");
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("cipher");
    const QByteArray none;
    QTest::newRow("plain") << ListenerKind::Tcp << false << TlsVersion::Tls12 << none << none;
    QTest::newRow("WebSocket") << ListenerKind::WebSocket << false << TlsVersion::Tls12 << none << none;
    QTest::newRow("TLS 1.3") << ListenerKind::Tls << true << TlsVersion::Tls13 << QByteArray("TLSv1.3")
                             << QByteArray("TLS_CHACHA20_POLY1305_SHA256");
    QTest::newRow("TLS 1.2") << ListenerKind::Tls << true << TlsVersion::Tls12 << QByteArray("TLSv1.2")
                             << QByteArray("ECDHE-ECDSA-AES128-GCM-SHA256");
    QTest::newRow("WebSocket over TLS") << ListenerKind::WebSocketTls << true << TlsVersion::Tls13 << QByteArray("TLSv1.3")
                                        << QByteArray("TLS_CHACHA20_POLY1305_SHA256");
    QTest::newRow("any, which speaks none") << ListenerKind::Any << false << TlsVersion::Tls13 << none << none;
    QTest::newRow("any, which speaks TLS") << ListenerKind::Any << true << TlsVersion::Tls13 << QByteArray("TLSv1.3")
                                           << QByteArray("TLS_CHACHA20_POLY1305_SHA256");
}

void TestTlsClients::areToldHowTheyAreEncrypted()
{
    QFETCH(ListenerKind, kind);
    QFETCH(bool, speaksTls);
    QFETCH(TlsVersion, lowest);
    QFETCH(QByteArray, version);
    QFETCH(QByteArray, cipher);
    const bool isPlain = kind == ListenerKind::Tcp || kind == ListenerKind::WebSocket;
    ListenerOptions options = isPlain ? ListenerOptions() : tlsOptions(*m_made);
    options.kind = kind;
    options.port = 0;
    options.tls.lowestVersion = lowest;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);

    std::unique_ptr<QAbstractSocket> socket;
    if (speaksTls) {
        auto tls = std::make_unique<QSslSocket>();
        QSslConfiguration wanted = tls->sslConfiguration();
        wanted.setCaCertificates(m_made->certificates("ca.pem"));
        wanted.setProtocol(lowest == TlsVersion::Tls13 ? QSsl::TlsV1_3 : QSsl::TlsV1_2);
        wanted.setCiphers({QSslCipher(QString::fromLatin1(cipher))});
        tls->setSslConfiguration(wanted);
        tls->connectToHostEncrypted(QStringLiteral("127.0.0.1"), broker.port(), QStringLiteral("localhost"));
        QVERIFY(waitForEncrypted(*tls));
        socket = std::move(tls);
    } else {
        socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QStringLiteral("127.0.0.1"), broker.port());
        QTRY_COMPARE(socket->state(), QAbstractSocket::ConnectedState);
    }
    DoorClient client(std::move(socket), isWebSocket(kind));
    client.connect("client");
    QVERIFY(client.waitFor<ConnackPacket>());
    QTRY_COMPARE(registered.size(), qsizetype(1));
    const auto told = registered.first().first().value<ClientInfo>();
    QCOMPARE(told.tlsVersion, version);
    QCOMPARE(told.tlsCipher, cipher);
    const std::optional<ClientStatus> status = broker.client("client").status();
    QVERIFY(status);
    QCOMPARE(status->client, told);
}

void TestTlsClients::saysWhatIsWrong_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, Change change, const char *said) {
        QTest::newRow(name) << change << QString::fromLatin1(said);
    };
    row("list not there", [](TlsOptions &tls, const Certificates &made) { tls.revocationFile = made.file("none.crl"); },
        "none.crl\" cannot be read: No such file");
    row("list is a certificate",
        [](TlsOptions &tls, const Certificates &made) { tls.revocationFile = made.file("ca.pem"); }, "holds no list");
    row("list is cut off",
        [](TlsOptions &tls, const Certificates &made) { tls.revocationFile = made.file("cut.crl"); }, "is damaged");
    row("a list and no certificate", [](TlsOptions &tls, const Certificates &made) {
            tls.revocationFile = made.file("bob.crl");
            tls.requireCertificate = false;
        }, "where none is required");
    row("folder not there",
        [](TlsOptions &tls, const Certificates &made) { tls.authoritiesFolder = made.file("none"); },
        "none\" cannot be read");
    row("folder without authorities",
        [](TlsOptions &tls, const Certificates &made) { tls.authoritiesFolder = made.file("empty"); },
        "holds no file with a certificate");
    row("unknown curve", [](TlsOptions &tls, const Certificates &) { tls.curves = QStringList(QStringLiteral("circle")); },
        "The curve \"circle\" is not known");
    row("parameters are none",
        [](TlsOptions &tls, const Certificates &made) { tls.diffieHellmanFile = made.file("ca.pem"); },
        "cannot be used");
    row("interval too short",
        [](TlsOptions &tls, const Certificates &) { tls.fileCheckInterval = std::chrono::milliseconds(1); },
        "fileCheckInterval");
}

void TestTlsClients::saysWhatIsWrong()
{
    QFile list(path("bob.crl"));
    QVERIFY(list.open(QIODevice::ReadOnly));
    const QByteArray whole = list.readAll();
    m_made->write("cut.crl", whole + whole.left(whole.size() / 2));
    QFETCH(Change, change);
    QFETCH(QString, said);
    ListenerOptions options = certifiedOptions(*m_made);
    change(options.tls, *m_made);
    Broker broker;
    QVERIFY(!broker.listen(options));
    QVERIFY2(broker.errorString().contains(said), qPrintable(broker.errorString()));
}

static std::unique_ptr<QSslSocket> dial(Broker &broker, const Certificates &made, const QString &curve = {})
{
    auto socket = std::make_unique<QSslSocket>();
    QSslConfiguration configuration;
    configuration.setCaCertificates(made.certificates("ca.pem"));
    if (!curve.isEmpty())
        configuration.setEllipticCurves({QSslEllipticCurve::fromShortName(curve)});
    socket->setSslConfiguration(configuration);
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), broker.port(), QStringLiteral("localhost"));
    return socket;
}

void TestTlsClients::theCipherOfTls13IsChosen()
{
    ListenerOptions options = tlsOptions(*m_made);
    options.tls.ciphers = QStringList(QStringLiteral("TLS_CHACHA20_POLY1305_SHA256")); // the last by default
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const auto socket = dial(broker, *m_made);
    QVERIFY(waitForEncrypted(*socket));
    QCOMPARE(socket->sessionCipher().name(), options.tls.ciphers.first());
}

void TestTlsClients::theCurveIsChosen()
{
    ListenerOptions options = tlsOptions(*m_made);
    options.tls.curves = QStringList{QStringLiteral("secp521r1"), QStringLiteral("prime256v1")};
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    QVERIFY(waitForEncrypted(*dial(broker, *m_made, QStringLiteral("secp521r1"))));
    QVERIFY(!waitForEncrypted(*dial(broker, *m_made, QStringLiteral("secp384r1"))));
}

QTEST_GUILESS_MAIN(TestTlsClients)
#include "tst_tlsclients.moc"
