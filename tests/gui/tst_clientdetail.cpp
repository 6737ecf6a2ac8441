#include "captured.h"

#include "filter/filterterm.h"
#include "look/figures.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/clientsmodel.h"
#include "support/scriptedsource.h"
#include "views/clientdetail.h"
#include "views/latencyhistogram.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableWidget>
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
    void encryptionIsSaid();
    void rightsAreListed();
    void rightsWithoutAListAreSaid();
    void latenciesAreDrawn();

private:
    static QString summaryOf(const ClientDetail &detail)
    {
        const QList<QLabel *> labels = detail.findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->textFormat() == Qt::RichText)
                return QTextDocumentFragment::fromHtml(label->text()).toPlainText().simplified();
        }
        return {};
    }
    static void showRights(const ClientDetail &detail)
    {
        auto *tabs = detail.findChild<QTabWidget *>();
        for (int tab = 0; tab < tabs->count(); ++tab) {
            if (tabs->tabText(tab) == QStringLiteral("Rights"))
                tabs->setCurrentIndex(tab);
        }
    }
    static const QTableWidget *rightsTable(const ClientDetail &detail)
    {
        const QList<QTableWidget *> tables = detail.findChildren<QTableWidget *>();
        for (const QTableWidget *table : tables) {
            if (table->accessibleName() == QStringLiteral("Rights"))
                return table;
        }
        return nullptr;
    }
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
    const QString summary = summaryOf(detail);
    for (const QString &said : {QStringLiteral("MQTT version 3.1.1"), QStringLiteral("Keep alive 45 s"), QStringLiteral("TLS none"),
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

void TestClientDetail::encryptionIsSaid()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    ClientFacts encrypted = source.snapshot.clients.front();
    encrypted.client = 2;
    encrypted.info.clientId = "dev2";
    encrypted.info.connection = 6;
    encrypted.info.tlsVersion = "TLSv1.3";
    encrypted.info.tlsCipher = "TLS_AES_256_GCM_SHA384";
    source.snapshot.clientNames.push_back({2, "dev2"});
    source.snapshot.clients.push_back(encrypted);
    Capture capture;
    Wishes wishes;
    capture.setSource(&source);
    ClientsModel model(capture);
    ClientDetail detail(capture, source, wishes, nullptr);
    source.attach();
    QTRY_COMPARE(model.rowCount(), 2);
    const auto texts = [&model] {
        QStringList found;
        for (int row = 0; row < model.rowCount(); ++row)
            found.append(model.index(row, ClientsModel::Tls).data().toString());
        return found;
    };
    const QString shown = QStringLiteral("TLS 1.3, AES-256-GCM");
    model.sort(ClientsModel::Tls, Qt::DescendingOrder);
    QCOMPARE(texts(), (QStringList{shown, QString()}));
    model.sort(ClientsModel::Tls, Qt::AscendingOrder);
    QCOMPARE(texts(), (QStringList{QString(), shown}));
    QVERIFY(model.index(1, ClientsModel::Tls).data(Qt::ToolTipRole).toString().contains(QStringLiteral("TLS_AES_256_GCM_SHA384")));

    // What a cell offers as a filter finds its row.
    const auto passing = [&](const QString &filter) {
        model.setFilter(compileFilter(filter, FilterView::Clients).program);
        QByteArrayList ids;
        for (int row = 0; row < model.rowCount(); ++row)
            ids.append(model.idAt(row));
        return ids;
    };
    const QString offered = model.index(1, ClientsModel::Tls).data(FilterValueRole).toString();
    QCOMPARE(passing(filterTerm(FieldId::Tls, FilterView::Clients, offered)), QByteArrayList{"dev2"});
    QCOMPARE(passing(QStringLiteral("tls ~ \"1[.]3\" and tls contains gcm")), QByteArrayList{"dev2"});
    QCOMPARE(passing(QStringLiteral("tls == \"\"")), QByteArrayList{"dev1"});

    detail.showClient(2);
    QVERIFY2(summaryOf(detail).contains(QStringLiteral("TLS ") + shown), qPrintable(summaryOf(detail)));
}

void TestClientDetail::rightsAreListed()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    source.rights.userName = "u";
    source.rights.aclFile = QStringLiteral("/etc/pigeon/acl");
    source.rights.mountPoint = "site/";
    source.rights.isForwardAsked = true;
    ClientRule denial;
    denial.line = 7;
    denial.text = "topic deny a/#";
    denial.filter = "a/#";
    denial.isDenial = denial.isToPublish = denial.isToReceive = true;
    ClientRule grant;
    grant.line = 3;
    grant.text = "pattern read %c/x";
    grant.filter = "dev1/x";
    grant.isToReceive = grant.isForEverybody = true;
    source.rights.rules = {denial, grant};
    Capture capture;
    Wishes wishes;
    capture.setSource(&source);
    ClientDetail detail(capture, source, wishes, nullptr);
    detail.resize(800, 300);
    detail.show();
    source.attach();
    QTRY_COMPARE(capture.clients().count(), 1);
    detail.showClient(1);
    QVERIFY(!source.commands.contains("rightsOf dev1")); // nobody looks at them yet
    showRights(detail);
    const auto *table = rightsTable(detail);
    QVERIFY(table);
    QTRY_VERIFY(table->isVisible());
    const auto row = [table](int number) {
        QStringList cells;
        for (int column = 0; column < table->columnCount(); ++column)
            cells.append(table->item(number, column)->text());
        return cells.join(u'|');
    };
    QCOMPARE(table->rowCount(), 3);
    QCOMPARE(row(0), QStringLiteral("denied|a/#|user u|acl:7|topic deny a/#"));
    QCOMPARE(row(1), QStringLiteral("subscribe, receive|dev1/x|everybody|acl:3|pattern read %c/x"));
    QCOMPARE(row(2), QStringLiteral("denied|all others|||no line speaks of them"));
    const QString about = detail.findChild<QLabel *>(QStringLiteral("rightsAbout"))->text();
    for (const QString &said : {QStringLiteral("/etc/pigeon/acl"), QStringLiteral("authorizeForward"), QStringLiteral("site/")})
        QVERIFY2(about.contains(said), qPrintable(about));

    // A reload: what is shown follows by itself.
    source.rights.rules = {grant};
    detail.tick();
    QTRY_COMPARE(table->rowCount(), 2);
}

void TestClientDetail::rightsWithoutAListAreSaid()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    Capture capture;
    Wishes wishes;
    capture.setSource(&source);
    ClientDetail detail(capture, source, wishes, nullptr);
    detail.resize(800, 300);
    detail.show();
    source.attach();
    QTRY_COMPARE(capture.clients().count(), 1);
    detail.showClient(1);
    showRights(detail);
    const auto *about = detail.findChild<QLabel *>(QStringLiteral("rightsAbout"));
    QTRY_VERIFY(about->text().contains(QStringLiteral("Everything is allowed: no access list is configured.")));
    QVERIFY(!rightsTable(detail)->isVisible());
    source.rights.isPublishAsked = true;
    detail.tick();
    QTRY_VERIFY(about->text().contains(QStringLiteral("authorizePublish")));
    QVERIFY(!about->text().contains(QStringLiteral("Everything is allowed")));
    source.rights.error = QStringLiteral("There is no session.");
    detail.tick();
    QTRY_COMPARE(about->text(), source.rights.error);
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
