// Takes a picture of each view with demo traffic, for the README and for those who look at what was changed.
//
//   pictures FOLDER light|dark WIDTH HEIGHT [SUFFIX]

#include "look/theme.h"
#include "models/messagesmodel.h"
#include "views/tablepage.h"
#include "views/importdialog.h"
#include "views/livetable.h"
#include "views/retainedmessagespage.h"
#include "window/inspectorwindow.h"
#include "window/inspectorwindows.h"
#include "window/mainwindow.h"
#include "window/preferences.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QComboBox>
#include <QDialog>
#include <QElapsedTimer>
#include <QIcon>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTreeView>

#include <cstdio>

using namespace pigeon;

namespace {

void spend(std::chrono::milliseconds time)
{
    QElapsedTimer spent;
    spent.start();
    while (std::chrono::milliseconds(spent.elapsed()) < time)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
}

/// Waits until it is so; false when it never is.
bool await(const std::function<bool()> &condition)
{
    QElapsedTimer spent;
    spent.start();
    while (!condition() && spent.elapsed() < 20'000)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
    return condition();
}

class Photographer
{
public:
    Photographer(MainWindow &window, QString folder, QString suffix)
        : m_window(window)
        , m_folder(std::move(folder))
        , m_suffix(std::move(suffix))
    {
    }
    void take(const QString &name, QWidget *widget = nullptr)
    {
        spend(std::chrono::milliseconds(600)); // what comes in once a second is there
        const QString file = QDir(m_folder).filePath(name + m_suffix + QStringLiteral(".png"));
        if (!(widget ? widget : &m_window)->grab().save(file))
            std::fprintf(stderr, "pictures: %s cannot be written\n", qPrintable(file));
    }
    ViewPage *show(const char *page)
    {
        auto *view = m_window.findChild<ViewPage *>(QLatin1String(page));
        m_window.showPage(view);
        return view;
    }
    void trigger(const QKeySequence &keys)
    {
        const QList<QAction *> actions = m_window.findChildren<QAction *>();
        for (QAction *action : actions) {
            if (action->shortcut() == keys)
                action->trigger();
        }
    }
    void trigger(const QString &text)
    {
        const QList<QAction *> actions = m_window.findChildren<QAction *>();
        for (QAction *action : actions) {
            if (action->text() == text)
                action->trigger();
        }
    }
    void choosePerspective(int number) { trigger(QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key(Qt::Key_0 + number))); }
    void chooseTab(const QString &owner, int tab)
    {
        m_window.findChild<QWidget *>(owner)->findChild<QTabWidget *>()->setCurrentIndex(tab);
    }
    void selectRow(const char *page, int fromEnd)
    {
        LiveTable *table = static_cast<TablePage *>(show(page))->table();
        table->setFollowing(false);
        int row = table->model()->rowCount() - fromEnd;
        // A message that several have got tells more.
        while (row > 0 && QLatin1String(page) == QLatin1String("messages") && !textOf(table, row).contains(QLatin1String("climate")))
            --row;
        table->selectRow(std::max(0, row));
        table->scrollToBottom();
    }

private:
    static QString textOf(const LiveTable *table, int row) { return table->model()->index(row, MessagesModel::Topic).data().toString(); }

    MainWindow &m_window;
    const QString m_folder;
    const QString m_suffix;
};

void takeImport(Photographer &photographer)
{
    QTemporaryFile file(QDir::temp().filePath(QStringLiteral("retained-XXXXXX.jsonl")));
    if (!file.open())
        return;
    for (int i = 0; i < 40; ++i)
        file.write("{\"topic\":\"demo/lights/hub/" + QByteArray::number(i) + "\",\"payload\":\"off\"}\n");
    file.write("{\"topic\":\"demo/+\",\"payload\":\"off\"}\nnonsense\n");
    file.close();
    auto *page = static_cast<RetainedMessagesPage *>(photographer.show("retained"));
    page->importFrom(file.fileName());
    auto *dialog = page->findChild<ImportDialog *>();
    photographer.take(QStringLiteral("import"), dialog);
    dialog->reject();
}

void takeAll(MainWindow &window, Photographer &photographer)
{
    photographer.selectRow("messages", 3);
    auto *tree = window.findChild<QTreeView *>();
    const QModelIndex demo = tree->model()->index(tree->model()->rowCount() - 1, 0);
    tree->expandRecursively(demo, 1);
    photographer.take(QStringLiteral("messages"));
    photographer.choosePerspective(2);
    photographer.show("clients");
    photographer.selectRow("clients", 4);
    photographer.take(QStringLiteral("clients"));
    photographer.chooseTab(QStringLiteral("clientDetail"), 1);
    photographer.take(QStringLiteral("client-packets"));
    photographer.choosePerspective(3);
    photographer.take(QStringLiteral("publish"));
    photographer.choosePerspective(4);
    spend(std::chrono::seconds(20)); // so that there is something to be seen over time
    photographer.take(QStringLiteral("overview"));
    for (const char *page : {"subscriptions", "retained", "packets", "log"}) {
        photographer.show(page);
        photographer.take(QLatin1String(page));
    }
    photographer.show("subscriptions");
    auto *grouping = window.findChild<QComboBox *>(QStringLiteral("grouping"));
    grouping->setCurrentIndex(1);
    photographer.take(QStringLiteral("subscriptions-by-filter"));
    grouping->setCurrentIndex(0);
    photographer.choosePerspective(1);
    photographer.selectRow("packets", 5);
    photographer.take(QStringLiteral("packet-bytes"));
    photographer.selectRow("messages", 3);
    for (const auto &[tab, name] : {std::pair(2, "delivery"), std::pair(5, "chart")}) {
        photographer.chooseTab(QStringLiteral("inspectorPanel"), tab);
        photographer.take(QLatin1String("inspector-") + QLatin1String(name));
    }
    photographer.chooseTab(QStringLiteral("inspectorPanel"), 0);
    photographer.trigger(QStringLiteral("Inspect in a window of its own"));
    for (InspectorWindow *each : window.findChild<InspectorWindows *>()->open())
        photographer.take(QStringLiteral("inspector-window"), each);
    window.findChild<InspectorWindows *>()->closeAll();
    takeImport(photographer);
    photographer.trigger(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B));
    photographer.take(QStringLiteral("configuration"), window.findChild<QDialog *>(QStringLiteral("configuration")));
    photographer.trigger(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P));
    photographer.take(QStringLiteral("commands"), window.findChild<QDialog *>(QStringLiteral("commandPalette")));
}

} // namespace

int main(int argc, char *argv[])
{
    const QTemporaryDir home; // neither reads nor changes what the user has
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(home.path()));
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 5) {
        std::fputs("usage: pictures FOLDER light|dark WIDTH HEIGHT [SUFFIX]\n", stderr);
        return 2;
    }
    applyTheme(arguments[2] == QLatin1String("dark") ? Theme::Dark : Theme::Light);
    Preferences preferences;
    Workbench workbench(preferences);
    MainWindow window(workbench, preferences);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/pigeon.svg")));
    window.resize(arguments[3].toInt(), arguments[4].toInt());
    window.show();
    Photographer photographer(window, arguments[1], arguments.value(5));
    photographer.take(QStringLiteral("first-run"));

    ProgramLine line;
    line.port = quint16(0);
    line.isDemo = true;
    window.begin(line);
    auto *packets = window.findChild<ViewPage *>(QStringLiteral("packets"));
    packets->restore({{QStringLiteral("recording"), true}});
    const bool isBusy = await([&] { return window.workbench().capture().messages().end() > 150; });
    if (!isBusy) {
        std::fputs("pictures: there is no demo traffic\n", stderr);
        return 1;
    }
    photographer.trigger(QStringLiteral("Reset &layout")); // as it is at first in a window of this size
    takeAll(window, photographer);
    return 0;
}
