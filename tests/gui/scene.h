#pragma once

#include "match/matchpanel.h"
#include "views/clientspage.h"
#include "views/livetable.h"
#include "views/logpage.h"
#include "views/messagespage.h"
#include "views/packetspage.h"
#include "views/retainedmessagespage.h"
#include "views/subscriptionspage.h"
#include "views/topicspage.h"
#include "window/commandpalette.h"
#include "window/mainwindow.h"
#include "window/preferences.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QListView>
#include <QProcess>
#include <QTableView>
#include <QTest>
#include <QTimer>

namespace pigeon {

/// The window with its broker, as main() puts it up, and mosquitto's clients against it.
struct Scene
{
    Preferences preferences;
    Workbench workbench{preferences};
    MainWindow window{workbench, preferences};
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;

    Scene()
    {
        const QAbstractItemModel *models[] = {page<MessagesPage>()->table()->model(), page<ClientsPage>()->table()->model(),
            page<SubscriptionsPage>()->table()->model(), page<RetainedMessagesPage>()->table()->model(),
            page<PacketsPage>()->table()->model(), page<LogPage>()->table()->model(), &page<TopicsPage>()->tree(), &page<TopicsPage>()->list(),
            page<CommandPalette>()->findChild<QListView *>()->model(), page<MatchPanel>()->findChild<QTableView *>()->model()};
        for (const QAbstractItemModel *model : models)
            testers.push_back(std::make_unique<QAbstractItemModelTester>(
                const_cast<QAbstractItemModel *>(model), QAbstractItemModelTester::FailureReportingMode::QtTest));
        window.show();
    }
    template <typename Page>
    Page *page()
    {
        return window.findChild<Page *>();
    }
    bool run()
    {
        ProgramLine line;
        line.port = quint16(0);
        window.begin(line);
        return QTest::qWaitFor([this] { return workbench.isRunning() && workbench.capture().totals().when > 0; }, 10'000);
    }
    QString port() { return workbench.host().urls().value(0).section(u':', -1); }
    /// Another program as a client; its output when it has ended.
    QString client(const QString &program, const QStringList &arguments)
    {
        QProcess process;
        start(process, program, arguments);
        // The broker's answers come through the window's event loop: it must turn meanwhile.
        const bool hasEnded = QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 10'000);
        return hasEnded ? QString::fromUtf8(process.readAll()) : QStringLiteral("(still runs)");
    }
    void start(QProcess &process, const QString &program, const QStringList &arguments)
    {
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, QStringList{QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), port()} + arguments);
    }
    void publish(const QString &clientId, const QString &topic, const QString &payload, const QStringList &more = {})
    {
        const QString said = client(QStringLiteral("mosquitto_pub"),
            QStringList{QStringLiteral("-i"), clientId, QStringLiteral("-t"), topic, QStringLiteral("-m"), payload} + more);
        QCOMPARE(said, QString());
    }
    QAction *action(const QWidget *owner, const QString &begin)
    {
        const QList<QAction *> actions = owner->findChildren<QAction *>();
        for (QAction *each : actions) {
            if (each->text().startsWith(begin))
                return each;
        }
        return nullptr;
    }
};

inline QStringList column(const QAbstractItemModel *model, int which)
{
    QStringList texts;
    for (int row = 0; row < model->rowCount(); ++row)
        texts.append(model->index(row, which).data().toString());
    return texts;
}

inline int rowWith(const QAbstractItemModel *model, int which, const QString &text) { return static_cast<int>(column(model, which).indexOf(text)); }

/// Does something in the dialog that the next call opens, and accepts it.
template <typename Dialog>
void inNextDialog(const std::function<void(Dialog *)> &act)
{
    auto *look = new QTimer(qApp);
    QObject::connect(look, &QTimer::timeout, qApp, [look, act] {
        if (auto *dialog = qobject_cast<Dialog *>(QApplication::activeModalWidget())) {
            look->deleteLater();
            look->stop();
            act(dialog);
        }
    });
    look->start(20);
}

} // namespace pigeon
