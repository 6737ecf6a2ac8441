// The window for an hour under 5 000 messages a second, each view open in turn: what it needs must not grow.
//
//   soak [MINUTES]    60 without it; a line each minute, and whether memory stayed where it was. Not a test of CI.

#include "gui/figuresofprocess.h"
#include "gui/flood.h"
#include "views/viewpage.h"
#include "window/mainwindow.h"
#include "window/preferences.h"

#include <QApplication>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QUrl>

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>

using namespace pigeon;

namespace {

using namespace std::chrono_literals;

constexpr int messagesPerSecond = 5'000;
constexpr auto perPage = 5s;
constexpr double settled = 1.0 / 6; // of the time: the rings are full by then
constexpr double mostGrowth = 1.05; // of the mean of a quarter of the rest, from the first to the last

double heapMiB() { return double(mallinfo2().uordblks + mallinfo2().hblkhd) / 1024 / 1024; }

bool await(const std::function<bool()> &isSo, std::chrono::seconds most)
{
    QElapsedTimer time;
    time.start();
    while (!isSo() && time.elapsed() < std::chrono::milliseconds(most).count())
        spend(20ms);
    return isSo();
}

double meanOf(const std::vector<double> &values, double from, double to)
{
    const auto at = [&](double share) { return values.begin() + std::ptrdiff_t(share * double(values.size())); };
    const double count = double(at(to) - at(from));
    return count > 0 ? std::accumulate(at(from), at(to), 0.0) / count : 0;
}

void tell(double minutes, const Capture &capture, const Flood &flood)
{
    std::printf("%5.1f min: resident %.1f MiB, heap in use %.1f MiB; sent %llu, received %llu; rows %llu, not seen %llu\n", minutes,
        residentMiB(), heapMiB(), static_cast<unsigned long long>(flood.sent()), static_cast<unsigned long long>(flood.received()),
        static_cast<unsigned long long>(capture.messages().end() - capture.messages().begin()),
        static_cast<unsigned long long>(capture.losses().messages));
    std::fflush(stdout);
}

int verdict(const std::vector<double> &resident, const Flood &flood, double seconds)
{
    const double quarter = (1 - settled) / 4;
    const double before = meanOf(resident, settled, settled + quarter);
    const double after = meanOf(resident, 1 - quarter, 1);
    const double rate = double(flood.sent()) / seconds;
    const bool isFlat = after <= before * mostGrowth;
    const bool isAtRate = rate > messagesPerSecond * 0.95;
    std::printf("%.0f messages/s over %.0f s; resident: mean of the first quarter after %.0f s %.1f MiB, of the last %.1f MiB: %s\n", rate,
        seconds, settled * seconds, before, after, isFlat ? "flat" : "IT GROWS");
    if (!isAtRate)
        std::puts("the flood did not reach its rate");
    return isFlat && isAtRate && !flood.hasFailed() ? 0 : 1;
}

} // namespace

int main(int argc, char *argv[])
{
    if (qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir home; // neither reads nor changes what the user has
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(home.path()));
    QApplication application(argc, argv);
    const int minutes = argc > 1 ? std::max(1, std::atoi(argv[1])) : 60;
    Preferences preferences;
    Workbench workbench(preferences);
    MainWindow window(workbench, preferences);
    window.resize(1280, 800);
    window.show();
    workbench.runOnPort(0);
    if (!await([&] { return workbench.isRunning() && !workbench.host().urls().isEmpty(); }, 20s))
        return std::puts("the broker did not start"), 1;
    Flood flood(quint16(QUrl(workbench.host().urls().constFirst()).port()), messagesPerSecond);
    flood.start();
    if (!await([&] { return flood.isConnected() || flood.hasFailed(); }, 60s) || flood.hasFailed())
        return std::puts("the devices could not connect"), 1;
    for (QDockWidget *dock : window.findChildren<QDockWidget *>())
        dock->show();

    const QList<ViewPage *> pages = window.findChildren<ViewPage *>();
    QElapsedTimer time;
    time.start();
    std::vector<double> resident;
    for (qsizetype page = 0; time.elapsed() < minutes * 60'000; ++page) {
        window.showPage(pages[page % pages.size()]);
        spend(perPage);
        resident.push_back(residentMiB());
        if (resident.size() % (60s / perPage) == 0)
            tell(double(time.elapsed()) / 60e3, workbench.capture(), flood);
    }
    const double seconds = double(time.elapsed()) / 1e3;
    flood.end();
    const bool isOver = await([&] { return flood.isFinished(); }, 30s);
    return std::max(verdict(resident, flood, seconds), isOver ? 0 : 1);
}
