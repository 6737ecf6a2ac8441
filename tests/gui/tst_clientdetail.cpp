#include "captured.h"

#include "look/figures.h"
#include "look/theme.h"
#include "models/clientsmodel.h"
#include "support/scriptedsource.h"
#include "views/clientdetail.h"
#include "views/latencyhistogram.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QTextDocumentFragment>

using namespace pigeon;
using namespace pigeon::test;

/// What is said of one client, in its row and beside it.
class TestClientDetail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void summarySaysWhatWasAgreed();
    void inFlightSaysOfHowMany();
    void latenciesAreDrawn();

private:
    static MonitorSnapshot aSnapshot()
    {
        ClientFacts client;
        client.client = 1;
        client.info.connection = 5;
        client.info.clientId = "dev1";
        client.info.version = ProtocolVersion::Mqtt311;
        client.info.keepAliveSeconds = 45;
        client.isConnected = true;
        client.since = aMoment;
        client.sessionExpirySeconds = 3600;
        client.inflightMaximum = 20;
        client.counts.inflight = 3;
        MonitorSnapshot made;
        made.when = aMoment;
        made.clientNames = {{1, "dev1"}};
        made.clients = {client};
        return made;
    }
};

void TestClientDetail::summarySaysWhatWasAgreed()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    Capture capture;
    Wishes wishes;
    capture.setSource(&source);
    ClientDetail detail(capture, source, wishes, nullptr);
    source.attach();
    QTRY_COMPARE(capture.clients().count(), 1);
    detail.showClient(1);
    QString summary;
    const QList<QLabel *> labels = detail.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->textFormat() == Qt::RichText)
            summary = QTextDocumentFragment::fromHtml(label->text()).toPlainText().simplified();
    }
    for (const QString &said : {QStringLiteral("MQTT version 3.1.1"), QStringLiteral("Keep alive 45 s"),
             QStringLiteral("Session is kept 1 h"), QStringLiteral("Connected since ") + timeText(aMoment, 0, TimeForm::Iso), QStringLiteral("In flight 3 / 20")})
        QVERIFY2(summary.contains(said), qPrintable(said + QStringLiteral(" is not in ") + summary));
}

void TestClientDetail::inFlightSaysOfHowMany()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    Capture capture;
    capture.setSource(&source);
    const ClientsModel model(capture);
    source.attach();
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, ClientsModel::InFlight).data().toString(), QStringLiteral("3/20"));
}

void TestClientDetail::latenciesAreDrawn()
{
    LatencyHistogram histogram;
    histogram.resize(400, 200);
    QVERIFY(histogram.accessibleDescription().contains(QStringLiteral("Nothing")));
    const QColor color = toneColor(Tone::Accent, histogram.palette());
    const auto columnsWithBars = [&] {
        const QImage image = histogram.grab().toImage();
        int columns = 0;
        for (int x = 0; x < image.width(); ++x) {
            bool hasBar = false;
            for (int y = 0; y < image.height() && !hasBar; ++y)
                hasBar = image.pixelColor(x, y) == color;
            columns += hasBar;
        }
        return columns;
    };
    QCOMPARE(columnsWithBars(), 0);
    Latencies latencies;
    for (int i = 0; i < 20; ++i)
        latencies.add(1'000'000);
    latencies.add(16'000'000);
    histogram.setLatencies(latencies);
    QVERIFY(columnsWithBars() > 10);
    QVERIFY(columnsWithBars() < histogram.width() / 2); // two bars among many places
    QVERIFY(histogram.accessibleDescription().contains(latencyText(std::chrono::nanoseconds(latencies.below(0.5)))));
    latencies.add(std::numeric_limits<qint64>::max()); // the last step of all
    histogram.setLatencies(latencies);
    QVERIFY(columnsWithBars() > 2);
}

QTEST_MAIN(TestClientDetail)
#include "tst_clientdetail.moc"
