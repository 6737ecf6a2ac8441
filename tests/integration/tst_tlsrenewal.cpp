#include "support/tlsclient.h"

#include <QRegularExpression>
#include <QSignalSpy>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// Certificates, authorities and revocations that change while the broker runs: who connects meets the new ones, who is
/// connected notices nothing.
class TestTlsRenewal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isDoneWhenAsked();
    void isAllOrNothing();
    void happensByItselfWhenFilesChange_data();
    void happensByItselfWhenFilesChange();
    void waitsUntilFilesAreCalm();
    void tellsOnceWhatCannotBeUsed();
    void doesNotHappenWhereItIsSwitchedOff();

private:
    QString path(const char *name) const { return m_made->file(name); }
    /// The serial number of the certificate that a new client is shown.
    QByteArray shownSerial(Broker &broker) const
    {
        const auto socket = dialTls(broker.port(), m_made->certificates("ca.pem"));
        return waitForEncrypted(*socket) ? socket->peerCertificate().serialNumber() : QByteArray();
    }
    QByteArray serialOf(const char *name) const { return m_made->certificates(name).first().serialNumber(); }
    static bool isServed(DoorClient &client)
    {
        client.send(PingreqPacket());
        return client.waitFor<PingrespPacket>().has_value();
    }

    std::unique_ptr<Certificates> m_made;
};

void TestTlsRenewal::init()
{
    m_made = std::make_unique<Certificates>();
    m_made->issue("next", "localhost", "ca", 10);
    m_made->issue("alice", "alice", "ca", 10);
    m_made->revoke("list", "ca", {});
}

void TestTlsRenewal::isDoneWhenAsked()
{
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.requireCertificate = false;
    options.tls.fileCheckInterval = 0ms;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const QByteArray first = serialOf("server.pem");
    QCOMPARE(shownSerial(broker), first);
    const auto connected = enter(broker, *m_made, {});
    QVERIFY(connected);
    m_made->replace("server", "next");
    QCOMPARE(shownSerial(broker), first); // not before it is asked for
    QVERIFY2(broker.reloadCertificates(), qPrintable(broker.errorString()));
    QCOMPARE(shownSerial(broker), serialOf("next.pem"));
    QVERIFY(isServed(*connected));
    QCOMPARE(broker.connectedClients(), qsizetype(1));
}

void TestTlsRenewal::isAllOrNothing()
{
    Broker broker;
    ListenerOptions options = tlsOptions(*m_made, "alice");
    options.tls.fileCheckInterval = 0ms;
    QVERIFY(broker.listen(options));
    options = tlsOptions(*m_made);
    options.tls.fileCheckInterval = 0ms;
    QVERIFY(broker.listen(options)); // the one that `broker.port()` is
    const QByteArray first = serialOf("server.pem");
    m_made->replace("server", "next");
    m_made->write("alice.pem", "nothing");
    QVERIFY(!broker.reloadCertificates());
    QVERIFY2(broker.errorString().startsWith(u"tls 127.0.0.1:") && broker.errorString().contains(u"alice.pem\" holds no"),
        qPrintable(broker.errorString()));
    QCOMPARE(shownSerial(broker), first); // though its own files are good
    m_made->replace("alice", "next");
    QVERIFY2(broker.reloadCertificates(), qPrintable(broker.errorString()));
    QCOMPARE(shownSerial(broker), serialOf("next.pem"));
}

void TestTlsRenewal::happensByItselfWhenFilesChange_data()
{
    QTest::addColumn<bool>("isLink");
    QTest::newRow("a file is written") << false;
    QTest::newRow("a link is turned elsewhere") << true; // certbot, Kubernetes
}

void TestTlsRenewal::happensByItselfWhenFilesChange()
{
    QFETCH(bool, isLink);
    ListenerOptions options = certifiedOptions(*m_made);
    options.tls.revocationFile = path("current.crl");
    options.tls.fileCheckInterval = 100ms;
    const auto put = [&](const QByteArray &list) {
        QFile file(path((list + ".crl").constData()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        if (isLink) {
            QFile::remove(path("current.crl"));
            QVERIFY(file.link(path("current.crl")));
        } else {
            m_made->write("current.crl", file.readAll());
        }
    };
    put("list");
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const auto connected = enter(broker, *m_made, "alice");
    QVERIFY(connected);
    ConnectPacket other;
    other.clientId = "other";
    other.version = ProtocolVersion::Mqtt5;
    QVERIFY(enter(broker, *m_made, "alice", other));
    m_made->revoke("next", "ca", {"alice"});
    put("next");
    QTRY_VERIFY(!enter(broker, *m_made, "alice", other));
    QVERIFY(isServed(*connected)); // who is in stays in
}

/// A certificate and its key are two files: in between they do not belong together.
void TestTlsRenewal::waitsUntilFilesAreCalm()
{
    ListenerOptions options = tlsOptions(*m_made);
    options.tls.fileCheckInterval = 200ms;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const QByteArray first = serialOf("server.pem");
    QFile certificate(path("next.pem"));
    QVERIFY(certificate.open(QIODevice::ReadOnly));
    const QByteArray bytes = certificate.readAll();
    for (int i = 1; i <= 8; ++i) { // written piece by piece, over a second: no warning comes
        m_made->write("server.pem", bytes.left(bytes.size() * i / 8));
        QTest::qWait(120);
        QCOMPARE(shownSerial(broker), first);
    }
    m_made->replace("server", "next");
    QTRY_COMPARE(shownSerial(broker), serialOf("next.pem"));
}

void TestTlsRenewal::tellsOnceWhatCannotBeUsed()
{
    ListenerOptions options = tlsOptions(*m_made);
    options.tls.fileCheckInterval = 100ms;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const QByteArray first = serialOf("server.pem");
    const QRegularExpression warning(QStringLiteral(
        "^tls 127.0.0.1:\\d+: the files of TLS have changed and cannot be used, so that those of before stay in force: The "
        "certificate .*server.pem\" holds no certificate"));
    QTest::failOnWarning(QRegularExpression(QStringLiteral("files of TLS"))); // a second one
    QTest::ignoreMessage(QtWarningMsg, warning);
    m_made->write("server.pem", "nothing");
    QTest::qWait(700);
    QCOMPARE(shownSerial(broker), first);
    m_made->replace("server", "next");
    QTRY_COMPARE(shownSerial(broker), serialOf("next.pem"));
}

void TestTlsRenewal::doesNotHappenWhereItIsSwitchedOff()
{
    ListenerOptions options = tlsOptions(*m_made);
    options.tls.fileCheckInterval = 0ms;
    Broker broker;
    QVERIFY2(broker.listen(options), qPrintable(broker.errorString()));
    const QByteArray first = serialOf("server.pem");
    m_made->replace("server", "next");
    QTest::qWait(300);
    QCOMPARE(shownSerial(broker), first);
}

QTEST_GUILESS_MAIN(TestTlsRenewal)
#include "tst_tlsrenewal.moc"
