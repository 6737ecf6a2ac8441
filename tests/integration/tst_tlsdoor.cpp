#include "support/certificates.h"
#include "support/doorclient.h"

#include <pigeon/broker.h>

#include <QRegularExpression>
#include <QSignalSpy>
#include <QSslCipher>
#include <QTcpSocket>

using namespace pigeon;
using namespace pigeon::test;

/// TLS as clients see it, with authorities that are made for this test alone.
class TestTlsDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void clientsSeeWhoItIs_data();
    void clientsSeeWhoItIs();
    void certificatesOfClientsAreChecked_data();
    void certificatesOfClientsAreChecked();
    void theCommonNameIsTheUser();
    void withoutACommonNameNobodyComesIn();
    void theNameOfTheCertificateStandsAboveAHandler();
    void oldVersionsAreRefused_data();
    void oldVersionsAreRefused();
    void theChosenCipherIsUsed();
    void plainBytesAreRefused();
    void anUnfinishedHandshakeEndsAtItsDeadline();
    void theOldestOfTooManyHandshakesGoes();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void anExpiredCertificateIsWarnedOf();

private:
    ListenerOptions options(const char *certificate = "server") const;
    QString path(const QByteArray &name) const { return m_certificates->file(name.constData()); }
    bool isEncrypted(QSslSocket &socket) const
    {
        return QTest::qWaitFor(
                   [&socket] { return socket.isEncrypted() || socket.state() == QAbstractSocket::UnconnectedState; },
                   10'000)
            && socket.isEncrypted();
    }
    /// Whether the broker lets in who comes with that certificate ("" = none).
    bool isLetIn(Broker &broker, const QByteArray &identity) const;

    std::unique_ptr<Certificates> m_certificates;
};

void TestTlsDoor::initTestCase()
{
    m_certificates = std::make_unique<Certificates>();
    m_certificates->issue("expired", "localhost", "ca", -1);
    m_certificates->issue("elsewhere", "elsewhere.example", "ca", 10);
    m_certificates->issue("alice", "alice", "ca", 10);
    m_certificates->issue("late", "late", "ca", -1);
    m_certificates->issue("nameless", "", "ca", 10);
    m_certificates->issue("stranger", "alice", "other", 10);
    m_certificates->run("req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem -days 10 -subj /CN=localhost");
    m_certificates->run("genrsa -out rsa2.key 2048");
    m_certificates->run("ec -in server.key -aes128 -passout pass:secret -out locked.key");
}

ListenerOptions TestTlsDoor::options(const char *certificate) const
{
    ListenerOptions options;
    options.kind = ListenerKind::Tls;
    options.port = 0;
    options.tls.certificateChainFile = path(certificate + QByteArray(".pem"));
    options.tls.privateKeyFile = path(certificate + QByteArray(".key"));
    return options;
}

void TestTlsDoor::clientsSeeWhoItIs_data()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("authority");
    QTest::addColumn<bool>("isTrusted");
    QTest::newRow("good") << QByteArray("server") << QByteArray("ca.pem") << true;
    QTest::newRow("RSA") << QByteArray("rsa") << QByteArray("rsa.pem") << true;
    QTest::newRow("expired") << QByteArray("expired") << QByteArray("ca.pem") << false;
    QTest::newRow("another authority") << QByteArray("server") << QByteArray("other.pem") << false;
    QTest::newRow("another host") << QByteArray("elsewhere") << QByteArray("ca.pem") << false;
}

void TestTlsDoor::clientsSeeWhoItIs()
{
    QFETCH(QByteArray, certificate);
    QFETCH(QByteArray, authority);
    QFETCH(bool, isTrusted);
    Broker broker;
    QVERIFY2(broker.listen(options(certificate.constData())), qPrintable(broker.errorString()));
    const auto socket = dialTls(broker.port(), m_certificates->certificates(authority.constData()));
    QCOMPARE(isEncrypted(*socket), isTrusted);
}

bool TestTlsDoor::isLetIn(Broker &broker, const QByteArray &identity) const
{
    auto socket = dialTls(broker.port(), m_certificates->certificates("ca.pem"), QStringLiteral("localhost"),
        identity.isEmpty() ? QString() : path(identity));
    if (!isEncrypted(*socket))
        return false; // in TLS 1.3 the client may only learn later that it was refused
    DoorClient client(std::move(socket), false);
    client.connect("client");
    bool isAnswered = false;
    const bool isDecided = QTest::qWaitFor(
        [&] { return (isAnswered = client.take<ConnackPacket>().has_value()) || client.isClosed(); }, 10'000);
    return isDecided && isAnswered;
}

void TestTlsDoor::certificatesOfClientsAreChecked_data()
{
    QTest::addColumn<bool>("isRequired");
    QTest::addColumn<QByteArray>("identity");
    QTest::addColumn<bool>("isIn");
    QTest::newRow("not required, none") << false << QByteArray() << true;
    QTest::newRow("not required, of a stranger") << false << QByteArray("stranger") << true;
    QTest::newRow("required, good") << true << QByteArray("alice") << true;
    QTest::newRow("required, none") << true << QByteArray() << false;
    QTest::newRow("required, of another authority") << true << QByteArray("stranger") << false;
    QTest::newRow("required, expired") << true << QByteArray("late") << false;
}

void TestTlsDoor::certificatesOfClientsAreChecked()
{
    QFETCH(bool, isRequired);
    QFETCH(QByteArray, identity);
    QFETCH(bool, isIn);
    Broker broker;
    ListenerOptions wanted = options();
    wanted.tls.authoritiesFile = path("ca.pem");
    wanted.tls.requireCertificate = isRequired;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QCOMPARE(isLetIn(broker, identity), isIn);
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
}

static ListenerOptions withIdentity(ListenerOptions options, const QString &authorities)
{
    options.tls.authoritiesFile = authorities;
    options.tls.requireCertificate = true;
    options.tls.userName = UserNameSource::Identity;
    return options;
}

void TestTlsDoor::theCommonNameIsTheUser()
{
    Broker broker;
    QVERIFY2(broker.listen(withIdentity(options(), path("ca.pem"))), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    QVERIFY(isLetIn(broker, "alice"));
    QCOMPARE(registered.size(), qsizetype(1));
    QCOMPARE(registered.first().first().value<ClientInfo>().userName, QByteArray("alice"));
}

void TestTlsDoor::withoutACommonNameNobodyComesIn()
{
    Broker broker;
    QVERIFY2(broker.listen(withIdentity(options(), path("ca.pem"))), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    QVERIFY(!isLetIn(broker, "nameless"));
    QCOMPARE(refused.size(), qsizetype(1));
    QVERIFY(refused.first().at(1).value<EventError>().text.contains("no common name"));
}

/// It is asked, with that name and no password, and may refuse; it cannot make another user of a certificate.
void TestTlsDoor::theNameOfTheCertificateStandsAboveAHandler()
{
    Broker broker;
    std::optional<QByteArray> asked;
    broker.setAuthenticateHandler([&asked](const ClientInfo &, const std::optional<QByteArray> &userName,
                                      const std::optional<QByteArray> &, const Answer<AuthenticateDecision> &answer) {
        asked = userName;
        answer(AuthenticateDecision::accept("bob"));
    });
    QVERIFY2(broker.listen(withIdentity(options(), path("ca.pem"))), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    QVERIFY(isLetIn(broker, "alice"));
    QCOMPARE(*asked, QByteArray("alice"));
    QCOMPARE(registered.first().first().value<ClientInfo>().userName, QByteArray("alice"));
}

void TestTlsDoor::oldVersionsAreRefused_data()
{
    QTest::addColumn<TlsVersion>("lowest");
    QTest::addColumn<QSsl::SslProtocol>("spoken");
    QTest::addColumn<bool>("isIn");
    QTest::newRow("1.2 for 1.2") << TlsVersion::Tls12 << QSsl::TlsV1_2 << true;
    QTest::newRow("1.3 for 1.2") << TlsVersion::Tls12 << QSsl::TlsV1_3OrLater << true;
    QTest::newRow("1.2 for 1.3") << TlsVersion::Tls13 << QSsl::TlsV1_2 << false;
    QTest::newRow("1.3 for 1.3") << TlsVersion::Tls13 << QSsl::TlsV1_3OrLater << true;
}

void TestTlsDoor::oldVersionsAreRefused()
{
    QFETCH(TlsVersion, lowest);
    QFETCH(QSsl::SslProtocol, spoken);
    QFETCH(bool, isIn);
    Broker broker;
    ListenerOptions wanted = options();
    wanted.tls.lowestVersion = lowest;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSslSocket socket;
    QSslConfiguration configuration;
    configuration.setProtocol(spoken);
    configuration.setCaCertificates(m_certificates->certificates("ca.pem"));
    socket.setSslConfiguration(configuration);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), broker.port(), QStringLiteral("localhost"));
    QCOMPARE(isEncrypted(socket), isIn);
}

void TestTlsDoor::theChosenCipherIsUsed()
{
    Broker broker;
    ListenerOptions wanted = options();
    wanted.tls.ciphers = QStringList{QStringLiteral("ECDHE-ECDSA-AES128-GCM-SHA256")};
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSslSocket socket;
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_2);
    configuration.setCaCertificates(m_certificates->certificates("ca.pem"));
    socket.setSslConfiguration(configuration);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), broker.port(), QStringLiteral("localhost"));
    QVERIFY(isEncrypted(socket));
    QCOMPARE(socket.sessionCipher().name(), wanted.tls.ciphers.first());
}

void TestTlsDoor::plainBytesAreRefused()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost(QHostAddress::LocalHost, broker.port());
    DoorClient client(std::move(socket), false);
    client.connect("plain");
    QTRY_VERIFY(client.isClosed());
    QVERIFY(isLetIn(broker, {}));
}

void TestTlsDoor::anUnfinishedHandshakeEndsAtItsDeadline()
{
    Broker broker;
    ListenerOptions wanted = options();
    wanted.handshakeTimeout = std::chrono::milliseconds(500);
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QTcpSocket silent;
    silent.connectToHost(QHostAddress::LocalHost, broker.port());
    QTcpSocket slow; // a byte now and then does not win time
    slow.connectToHost(QHostAddress::LocalHost, broker.port());
    QTRY_COMPARE(slow.state(), QAbstractSocket::ConnectedState);
    slow.write("\x16\x03\x01\x02");
    QVERIFY(isLetIn(broker, {})); // meanwhile others are served
    QTRY_COMPARE(silent.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(slow.state(), QAbstractSocket::UnconnectedState);
}

void TestTlsDoor::theOldestOfTooManyHandshakesGoes()
{
    Broker broker;
    ListenerOptions wanted = options();
    wanted.maximumHandshakes = 3;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    std::vector<std::unique_ptr<QTcpSocket>> silent;
    for (int i = 0; i < 5; ++i) {
        silent.push_back(std::make_unique<QTcpSocket>());
        silent.back()->connectToHost(QHostAddress::LocalHost, broker.port());
        QTRY_COMPARE(silent.back()->state(), QAbstractSocket::ConnectedState);
    }
    QTRY_COMPARE(silent[0]->state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(silent[1]->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(isLetIn(broker, {})); // takes the place of the third
    QTRY_COMPARE(silent[2]->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(silent[3]->state(), QAbstractSocket::ConnectedState);
    QCOMPARE(silent[4]->state(), QAbstractSocket::ConnectedState);
}

using Change = void (*)(TlsOptions &, const Certificates &);
Q_DECLARE_METATYPE(Change)

void TestTlsDoor::saysWhatIsWrong_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, Change change, const char *said) {
        QTest::newRow(name) << change << QString::fromLatin1(said);
    };
    row("no certificate", [](TlsOptions &tls, const Certificates &) { tls.certificateChainFile.clear(); },
        "TLS needs a certificate and its key");
    row("certificate not there",
        [](TlsOptions &tls, const Certificates &made) { tls.certificateChainFile = made.file("none.pem"); },
        "none.pem\" cannot be read: No such file");
    row("certificate is a key",
        [](TlsOptions &tls, const Certificates &made) { tls.certificateChainFile = made.file("server.key"); },
        "holds no certificate");
    row("key not there",
        [](TlsOptions &tls, const Certificates &made) { tls.privateKeyFile = made.file("none.key"); },
        "none.key\" cannot be read: No such file");
    row("key is a certificate",
        [](TlsOptions &tls, const Certificates &made) { tls.privateKeyFile = made.file("server.pem"); },
        "must be a private RSA or EC key");
    row("key has a passphrase",
        [](TlsOptions &tls, const Certificates &made) { tls.privateKeyFile = made.file("locked.key"); },
        "has a passphrase");
    row("key of another", [](TlsOptions &tls, const Certificates &made) { tls.privateKeyFile = made.file("alice.key"); },
        "does not belong to the certificate");
    row("key of another kind",
        [](TlsOptions &tls, const Certificates &made) { tls.privateKeyFile = made.file("rsa.key"); },
        "does not belong to the certificate");
    row("RSA key of another",
        [](TlsOptions &tls, const Certificates &made) {
            tls.certificateChainFile = made.file("rsa.pem");
            tls.privateKeyFile = made.file("rsa2.key");
        },
        "does not belong to the certificate");
    row("no authorities", [](TlsOptions &tls, const Certificates &) { tls.requireCertificate = true; },
        "without the authorities");
    row("identity of nobody", [](TlsOptions &tls, const Certificates &) { tls.userName = UserNameSource::Identity; },
        "not required");
    row("unknown cipher",
        [](TlsOptions &tls, const Certificates &) { tls.ciphers = QStringList{QStringLiteral("ROT13")}; }, "ROT13");
}

void TestTlsDoor::saysWhatIsWrong()
{
    QFETCH(Change, change);
    QFETCH(QString, said);
    ListenerOptions wanted = options();
    change(wanted.tls, *m_certificates);
    Broker broker;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(said), qPrintable(broker.errorString()));
}

void TestTlsDoor::anExpiredCertificateIsWarnedOf()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("expired.pem\" has expired at")));
    Broker broker;
    QVERIFY(broker.listen(options("expired")));
}

QTEST_GUILESS_MAIN(TestTlsDoor)
#include "tst_tlsdoor.moc"
