// What a window may ask about MQTT itself, and that a scripted source keeps the promises of a real one.
#include "monitor/words.h"
#include "support/scriptedsource.h"

#include <QSignalSpy>
#include <QTest>

using namespace pigeon;

class tst_words : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names();
    void problems();
    void properties();
    void scriptedSource();
};

void tst_words::names()
{
    QCOMPARE(words::reason(ReasonCode::Success, PacketType::Disconnect), QStringLiteral("Normal disconnection"));
    QCOMPARE(words::packetType(PacketType::Pubrec), QStringLiteral("PUBREC"));
    QCOMPARE(words::property(0x21), QStringLiteral("Receive Maximum"));
    QCOMPARE(words::propertyForm(0x21), words::PropertyForm::TwoBytes);
    QCOMPARE(words::property(0x7F), QString());
    QCOMPARE(words::tls("TLSv1.3", "TLS_AES_256_GCM_SHA384"), QByteArray("TLS 1.3, AES-256-GCM"));
    QCOMPARE(words::tls("TLSv1.3", "TLS_AES_128_CCM_8_SHA256"), QByteArray("TLS 1.3, AES-128-CCM-8"));
    QCOMPARE(words::tls("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"), QByteArray("TLS 1.2, ECDHE-RSA-AES256-GCM-SHA384"));
    QCOMPARE(words::tls({}, {}), QByteArray());
    const std::vector<ReasonCode> reasons = words::reasonsOf(PacketType::Disconnect);
    QVERIFY(std::find(reasons.begin(), reasons.end(), ReasonCode::AdministrativeAction) != reasons.end());
    QVERIFY(std::find(reasons.begin(), reasons.end(), ReasonCode::BadUserNameOrPassword) == reasons.end());
}

void tst_words::problems()
{
    QVERIFY(words::topicProblem("site/a").isEmpty());
    QVERIFY(!words::topicProblem("site/+").isEmpty());
    QVERIFY(!words::topicProblem("").isEmpty());
    QVERIFY(!words::topicProblem("\xff").isEmpty());
    QVERIFY(words::filterProblem("$share/g/site/#").isEmpty());
    QVERIFY(!words::filterProblem("site/#/a").isEmpty());
    QVERIFY(words::matches("$share/g/site/#", "site/a"));
    QVERIFY(!words::matches("site/#/a", "site/x/a"));
    QVERIFY(!words::matches("#", "$SYS/broker"));
}

void tst_words::properties()
{
    PublishPacket packet;
    packet.topic = "a";
    QVERIFY(words::publishProblem(packet).isEmpty());
    packet.properties.payloadFormatIndicator = 7;
    QVERIFY(!words::publishProblem(packet).isEmpty());

    MessageParts parts;
    parts.topic = "a";
    parts.properties = QByteArrayView("\x01\x01\x03\x00\x01j", 6);
    parts.expirySeconds = 9;
    const Properties found = words::propertiesOf(*Message::create(parts));
    QCOMPARE(found.payloadFormatIndicator.value_or(0), 1u);
    QCOMPARE(found.contentType.value_or(QByteArray()), QByteArray("j"));
    QCOMPARE(found.messageExpiryInterval.value_or(0), 9u);
}

void tst_words::scriptedSource()
{
    test::ScriptedSource source;
    QSignalSpy taken(&source, &MonitorSource::snapshotTaken);
    source.attach();
    QCOMPARE(taken.size(), 0);
    QVERIFY(taken.wait());
    source.answer.error = QStringLiteral("no");
    QString error;
    source.disconnectClients({"a", "b"}, ReasonCode::AdministrativeAction, "bye",
        [&error](const CommandAnswer &answer) { error = answer.error; });
    QVERIFY(error.isEmpty());
    QTRY_COMPARE(error, QStringLiteral("no"));
    QCOMPARE(source.commands, QByteArrayList{"disconnect a,b 0x98 bye"});
}

QTEST_GUILESS_MAIN(tst_words)
#include "tst_words.moc"
