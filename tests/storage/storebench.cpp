// Measures the durable store on the disk under the given directory: rows and commits per second, and how long a load
// takes.
//
//   store-bench [directory] [rows to load]
#include "storage/storefixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <sys/resource.h>

#include <cstdio>

using namespace pigeon;
using namespace pigeon::test;

namespace {

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Prints what `work`, which does `things`, has cost.
template <typename Work>
void measure(const char *name, double things, Work &&work)
{
    const double cpu = cpuSeconds();
    QElapsedTimer timer;
    timer.start();
    work();
    const double seconds = double(timer.nsecsElapsed()) / 1e9;
    std::printf("%-58s %9.0f /s %7.2f us of CPU each\n", name, things / seconds, (cpuSeconds() - cpu) * 1e6 / things);
    std::fflush(stdout);
}

std::vector<StoreChange> additions(const QByteArray &clientId, quint64 first, size_t count, const QByteArray &payload)
{
    std::vector<StoreChange> all;
    for (quint64 number = first; number < first + count; ++number)
        all.emplace_back(addDelivery(clientId, number, makeMessage("a/topic/of/some/length", payload)));
    return all;
}

std::vector<StoreChange> removals(const QByteArray &clientId, quint64 first, size_t count)
{
    std::vector<StoreChange> all;
    for (quint64 number = first; number < first + count; ++number)
        all.emplace_back(change::RemoveDelivery{clientId, number});
    return all;
}

/// Each commit is waited for: what one client sees.
void addOneByOne(StoreFixture &fixture, size_t commits, size_t size, quint64 first)
{
    for (size_t i = 0; i < commits; ++i) {
        fixture.commit(additions("client", first + i * size, size, QByteArray(100, 'x')));
        fixture.store->flush();
    }
}

/// Commits come as fast as they can be made, as from many clients.
void addMany(StoreFixture &fixture, size_t commits, quint64 first)
{
    for (size_t i = 0; i < commits; ++i) {
        fixture.commit(additions("client", first + i, 1, QByteArray(100, 'x')));
        while (fixture.store->waitingBytes() > 1'000'000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    fixture.store->flush();
}

void measureCommits(const QString &directory, Durability durability, const char *name)
{
    StoreFixture fixture;
    QTemporaryDir place(directory + QStringLiteral("/bench-XXXXXX"));
    fixture.options.file = place.filePath(QStringLiteral("store.db"));
    fixture.options.durability = durability;
    if (!fixture.open())
        qFatal("%s", qPrintable(fixture.error));
    fixture.commit(change::PutSession{makeSession("client")});
    fixture.store->flush();
    std::printf("--- %s\n", name);
    measure("commits of 1 message, each waited for", 2'000, [&] { addOneByOne(fixture, 2'000, 1, 1); });
    measure("messages in commits of 100, each waited for", 100'000, [&] { addOneByOne(fixture, 1'000, 100, 10'000); });
    measure("commits of 1 message, many under way", 200'000, [&] { addMany(fixture, 200'000, 1'000'000); });
    measure("removals in commits of 100, each waited for", 100'000, [&] {
        for (quint64 i = 0; i < 1'000; ++i) {
            fixture.commit(removals("client", 10'000 + i * 100, 100));
            fixture.store->flush();
        }
    });
    measure("messages added and removed before they are written", 200'000, [&] {
        for (quint64 i = 0; i < 200'000; i += 100) {
            fixture.commit(additions("client", 5'000'000 + i, 100, QByteArray(100, 'x')));
            fixture.commit(removals("client", 5'000'000 + i, 100));
        }
        fixture.store->flush();
    });
    fixture.close();
}

void measureLoad(const QString &directory, size_t rows)
{
    StoreFixture fixture;
    QTemporaryDir place(directory + QStringLiteral("/bench-XXXXXX"));
    fixture.options.file = place.filePath(QStringLiteral("store.db"));
    fixture.options.durability = Durability::Normal;
    if (!fixture.open())
        qFatal("%s", qPrintable(fixture.error));
    std::printf("--- load, %zu queued messages of 100 bytes in 4 sessions, 100 000 retained\n", rows);
    measure("messages queued, in commits of 1000", double(rows), [&] {
        for (quint64 i = 0; i < rows; i += 1'000) {
            const QByteArray clientId = "client" + QByteArray::number(i / 1'000 % 4);
            fixture.commit(change::PutSession{makeSession(clientId)});
            fixture.commit(additions(clientId, i + 1, 1'000, QByteArray(100, 'x')));
            while (fixture.store->waitingBytes() > 10'000'000)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        fixture.store->flush();
    });
    for (int i = 0; i < 100'000; ++i)
        fixture.commit(change::PutRetained{makeMessage("retained/" + QByteArray::number(i), QByteArray(100, 'x'))});
    fixture.close();
    measure("rows: open", double(rows), [&] { fixture.open(); });
    measure("rows: load of the first 1000 per session, and retained", double(rows), [&] { fixture.load(); });
    fixture.reopen();
    measure("rows: load of all", double(rows), [&] { fixture.load({rows}); });
    measure("messages fetched, 1000 at a time", 100'000, [&] {
        for (quint64 i = 0; i < 100; ++i)
            fixture.fetch("client1", 1'000 + i * 1'000 * 4, 1'000);
    });
    measure("ends of a session with a quarter of them", 1, [&] {
        fixture.commit(change::RemoveSession{"client2"});
        fixture.store->flush();
    });

    const StoreReport report = checkSqliteStore(fixture.options.file);
    std::printf("file %.1f MB, live %.1f MB, %s\n", double(report.fileBytes) / 1e6, double(report.liveBytes) / 1e6,
        report.isSound ? "sound" : report.problems.value(0).constData());
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QString directory = app.arguments().value(1, QStringLiteral("."));
    const size_t rows = app.arguments().value(2, QStringLiteral("1000000")).toULongLong();
    measureCommits(directory, Durability::Full, "Full: synchronous=FULL");
    measureCommits(directory, Durability::Normal, "Normal: synchronous=NORMAL");
    measureLoad(directory, rows);
    return 0;
}
