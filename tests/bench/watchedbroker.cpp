// A broker as the window has it, in a thread of its own, for measuring what watching costs:
//
//     bench-watched PORT nobody|attached|messages|everything
//
// "nobody" has no source, "attached" one without interests, "messages" one for messages and deliveries, "everything" one
// for packets as well. Once a second it says what was seen and what was lost (--broker-log of pigeon-bench).

#include "monitor/watchbroker.h"

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>

#include <QCoreApplication>
#include <QThread>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <map>

using namespace pigeon;

namespace {

struct Seen
{
    quint64 messages = 0;
    quint64 deliveries = 0;
    quint64 packets = 0;
    TapLosses losses;

    void add(const MonitorBatch &batch)
    {
        messages += batch.messages.size();
        deliveries += batch.deliveries.size();
        packets += batch.packets.size();
        losses = batch.losses;
    }
    void print() const
    {
        std::printf("seen: %llu messages, %llu deliveries, %llu packets; lost: %llu, %llu, %llu\n",
            static_cast<unsigned long long>(messages), static_cast<unsigned long long>(deliveries),
            static_cast<unsigned long long>(packets), static_cast<unsigned long long>(losses.messages),
            static_cast<unsigned long long>(losses.deliveries), static_cast<unsigned long long>(losses.packets));
        std::fflush(stdout);
    }
};

const std::map<QString, Interests> interestsOf = {
    {QStringLiteral("attached"), {}},
    {QStringLiteral("messages"), Interests(Interest::Messages) | Interest::Deliveries},
    {QStringLiteral("everything"), Interests(Interest::Messages) | Interest::Deliveries | Interest::Packets},
};

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    std::signal(SIGTERM, SIG_DFL);
    const QStringList arguments = QCoreApplication::arguments();
    const QString how = arguments.value(2);
    const auto found = interestsOf.find(how);
    if (arguments.size() != 3 || (found == interestsOf.end() && how != QLatin1String("nobody")))
        qFatal("bench-watched PORT nobody|attached|messages|everything");

    QThread thread;
    installFastEventLoop(thread);
    QObject context;
    context.moveToThread(&thread);
    thread.start();
    Broker *broker = nullptr; // ends with the process
    bool isListening = false;
    QMetaObject::invokeMethod(
        &context,
        [&] {
            broker = new Broker;
            isListening = broker->listen(QHostAddress::LocalHost, arguments[1].toUShort());
        },
        Qt::BlockingQueuedConnection);
    if (!isListening)
        qFatal("nobody can listen there");

    Seen seen;
    std::unique_ptr<MonitorSource> source;
    QTimer everySecond;
    if (found != interestsOf.end()) {
        source = watchBroker(*broker);
        source->setInterests(found->second);
        QObject::connect(source.get(), &MonitorSource::changed, [&seen](const MonitorBatch &batch) { seen.add(batch); });
        QObject::connect(&everySecond, &QTimer::timeout, [&seen] { seen.print(); });
        source->attach();
        everySecond.start(1'000);
    }
    return application.exec();
}
