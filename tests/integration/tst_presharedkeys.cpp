#include "support/tlsclient.h"
#include "transport/presharedkeys.h"

#include <QSignalSpy>
#include <QSslCipher>
#include <QSslPreSharedKeyAuthenticator>
#include <QTemporaryDir>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// TLS with keys that both sides share instead of certificates. mosquitto.conf(5): psk_hint, psk_file,
/// use_identity_as_username.
class TestPresharedKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fileIsRead_data();
    void fileIsRead();
    void whoKnowsItComesIn_data();
    void whoKnowsItComesIn();
    void theIdentityIsTheUser_data();
    void theIdentityIsTheUser();
    void areReadAgain();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

private:
    ListenerOptions options(const QByteArray &keys);
    static std::unique_ptr<DoorClient> enterWithKey(Broker &broker, const QByteArray &identity, const QByteArray &key,
        QByteArray *hint = nullptr);

    QTemporaryDir m_folder;
};

ListenerOptions TestPresharedKeys::options(const QByteArray &keys)
{
    QFile file(m_folder.filePath(QStringLiteral("keys")));
    if (!file.open(QIODevice::WriteOnly) || file.write(keys) != keys.size())
        qFatal("the file of keys cannot be written");
    ListenerOptions options;
    options.kind = ListenerKind::Tls;
    options.port = 0;
    options.tls.presharedKeyFile = file.fileName();
    options.tls.presharedKeyHint = QStringLiteral("the broker");
    return options;
}

std::unique_ptr<DoorClient> TestPresharedKeys::enterWithKey(
    Broker &broker, const QByteArray &identity, const QByteArray &key, QByteArray *hint)
{
    auto socket = std::make_unique<QSslSocket>();
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_2); // as a client Qt 6.4.2 offers no key in 1.3; tests/e2e does
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone); // the key is the proof
    QList<QSslCipher> ciphers = QSslConfiguration::supportedCiphers();
    ciphers.removeIf([](const QSslCipher &each) {
        return each.protocol() == QSsl::TlsV1_3 || !each.name().contains(QLatin1String("PSK"));
    });
    configuration.setCiphers(ciphers);
    socket->setSslConfiguration(configuration);
    connect(socket.get(), &QSslSocket::preSharedKeyAuthenticationRequired,
        [=](QSslPreSharedKeyAuthenticator *question) {
            if (hint)
                *hint = QByteArray(question->identityHint().constData(), question->identityHint().size());
            question->setIdentity(identity);
            question->setPreSharedKey(key);
        });
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), broker.port());
    if (!waitForEncrypted(*socket))
        return nullptr;
    auto client = std::make_unique<DoorClient>(std::move(socket), false);
    client->connect("client");
    std::optional<ConnackPacket> connack;
    const bool isDecided = QTest::qWaitFor(
        [&] { return (connack = client->take<ConnackPacket>()) || client->isClosed(); }, 10'000);
    return isDecided && connack && connack->reason == ReasonCode::Success ? std::move(client) : nullptr;
}

void TestPresharedKeys::fileIsRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("key"); // of "a"
    QTest::addColumn<QString>("problem");
    QTest::newRow("one") << QByteArray("a:00ff") << QByteArray("\x00\xff", 2) << "";
    QTest::newRow("capital digits, comments, empty lines, CRLF")
        << QByteArray("# keys\r\n\r\nb:01\r\na:AbCd\r\n") << QByteArray("\xab\xcd") << "";
    QTest::newRow("identity with a space") << QByteArray("a b:01\na:02") << QByteArray("\x02") << "";
    QTest::newRow("longest key") << "a:" + QByteArray(512, '0') << QByteArray(256, '\0') << "";
    QTest::newRow("nothing") << QByteArray("\n# a:01\n") << QByteArray() << "line 1: there is no IDENTITY:KEY";
    QTest::newRow("no colon") << QByteArray("a:01\nb\n") << QByteArray() << "line 2: it must be IDENTITY:KEY";
    QTest::newRow("no identity") << QByteArray(":01\n") << QByteArray() << "the identity is missing";
    QTest::newRow("no key") << QByteArray("a:\n") << QByteArray() << "line 1: the key of \"a\" is no even number";
    QTest::newRow("odd digits") << QByteArray("a:012\n") << QByteArray() << "no even number of hexadecimal digits";
    QTest::newRow("no digits") << QByteArray("a:secret\n") << QByteArray() << "no even number of hexadecimal digits";
    QTest::newRow("twice") << QByteArray("a:01\na:02\n") << QByteArray() << "line 2: \"a\" has a key already";
    QTest::newRow("key too long") << "a:" + QByteArray(514, '0') << QByteArray() << "more than 256 bytes";
    QTest::newRow("identity too long") << QByteArray(129, 'x') + ":01" << QByteArray() << "more than 128 bytes";
}

/// A line that is not understood refuses the file: it might be the one that was to keep somebody out.
void TestPresharedKeys::fileIsRead()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, key);
    QFETCH(QString, problem);
    PresharedKeys keys;
    const QString said = keys.read(text);
    QCOMPARE(said.isEmpty(), problem.isEmpty());
    QVERIFY2(said.contains(problem), qPrintable(said));
    QVERIFY(!said.contains(u"secret"));
    QCOMPARE(keys.find("a"), key);
    QCOMPARE(keys.find("nobody"), QByteArray());
}

void TestPresharedKeys::whoKnowsItComesIn_data()
{
    QTest::addColumn<QByteArray>("identity");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("isIn");
    QTest::newRow("right") << QByteArray("alice") << QByteArray("0123456789abcdef") << true;
    QTest::newRow("wrong key") << QByteArray("alice") << QByteArray("0123456789abcdeg") << false;
    QTest::newRow("another's key") << QByteArray("bob") << QByteArray("0123456789abcdef") << false;
    QTest::newRow("nobody") << QByteArray("carol") << QByteArray("0123456789abcdef") << false;
    QTest::newRow("nobody without a key") << QByteArray("carol") << QByteArray() << false;
}

void TestPresharedKeys::whoKnowsItComesIn()
{
    QFETCH(QByteArray, identity);
    QFETCH(QByteArray, key);
    QFETCH(bool, isIn);
    Broker broker;
    QVERIFY2(broker.listen(options("alice:30313233343536373839616263646566\nbob:ffff\n")),
        qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    QByteArray hint;
    QCOMPARE(enterWithKey(broker, identity, key, &hint) != nullptr, isIn);
    QTRY_COMPARE(refused.size(), isIn ? qsizetype(0) : qsizetype(1));
    if (isIn)
        QCOMPARE(hint, QByteArray("the broker"));
}

void TestPresharedKeys::theIdentityIsTheUser_data()
{
    QTest::addColumn<UserNameSource>("source");
    QTest::addColumn<QByteArray>("user");
    QTest::newRow("wanted") << UserNameSource::Identity << QByteArray("alice");
    QTest::newRow("not wanted") << UserNameSource::Connect << QByteArray();
}

void TestPresharedKeys::theIdentityIsTheUser()
{
    QFETCH(UserNameSource, source);
    QFETCH(QByteArray, user);
    ListenerOptions wanted = options("alice:0102\n");
    wanted.tls.userName = source;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    QVERIFY(enterWithKey(broker, "alice", "\x01\x02"));
    QCOMPARE(registered.first().first().value<ClientInfo>().userName, user);
}

void TestPresharedKeys::areReadAgain()
{
    Broker broker;
    QVERIFY2(broker.listen(options("alice:0102\n")), qPrintable(broker.errorString()));
    const auto connected = enterWithKey(broker, "alice", "\x01\x02");
    QVERIFY(connected);
    options("bob:0304\n");
    QVERIFY2(broker.reloadCertificates(), qPrintable(broker.errorString()));
    QVERIFY(!enterWithKey(broker, "alice", "\x01\x02"));
    connected->send(PingreqPacket());
    QVERIFY(connected->waitFor<PingrespPacket>());
    QVERIFY(enterWithKey(broker, "bob", "\x03\x04"));
    options("bob\n");
    QVERIFY(!broker.reloadCertificates());
    QVERIFY2(broker.errorString().contains(u"line 1: it must be IDENTITY:KEY"), qPrintable(broker.errorString()));
    QVERIFY(enterWithKey(broker, "bob", "\x03\x04"));
}

using Change = void (*)(TlsOptions &);
Q_DECLARE_METATYPE(Change)

void TestPresharedKeys::saysWhatIsWrong_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, Change change, const char *said) {
        QTest::newRow(name) << change << QString::fromLatin1(said);
    };
    row("not there", [](TlsOptions &tls) { tls.presharedKeyFile += u'x'; }, "keysx\" cannot be read: No such file");
    row("a certificate as well", [](TlsOptions &tls) { tls.certificateChainFile = tls.presharedKeyFile; }, "not both");
    row("certificates required", [](TlsOptions &tls) { tls.requireCertificate = true; }, "there are no certificates");
    row("the user from a certificate", [](TlsOptions &tls) { tls.userName = UserNameSource::Subject; },
        "from the identity of the key");
}

void TestPresharedKeys::saysWhatIsWrong()
{
    QFETCH(Change, change);
    QFETCH(QString, said);
    ListenerOptions wanted = options("alice:0102\n");
    change(wanted.tls);
    Broker broker;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(said), qPrintable(broker.errorString()));
}

QTEST_GUILESS_MAIN(TestPresharedKeys)
#include "tst_presharedkeys.moc"
