#pragma once

#include "captured.h"

#include "capture/capture.h"
#include "support/scriptedsource.h"

#include <QCoreApplication>
#include <QSignalSpy>

/// A capture and its source for tests of what is kept.
namespace pigeon::test {

inline ClientFacts facts(ClientNumber number, const QByteArray &id, bool isConnected = true)
{
    ClientFacts made;
    made.client = number;
    made.info.clientId = id;
    made.info.userName = "user of " + id;
    made.info.address = "192.0.2." + QByteArray::number(number);
    made.isConnected = isConnected;
    made.since = aMoment;
    made.connects = 1;
    return made;
}

inline ConnectionEvent connection(ClientNumber number, ConnectionEventKind kind, qint64 when = aMoment)
{
    ConnectionEvent made;
    made.when = when;
    made.kind = kind;
    made.client = number;
    return made;
}

inline SubscriptionChange subscription(
    ClientNumber client, const QByteArray &filter, bool isAdded = true, QoS qos = QoS::AtMostOnce)
{
    SubscriptionChange made;
    made.isAdded = isAdded;
    made.client = client;
    made.entry.filter = filter;
    made.entry.maximumQoS = qos;
    return made;
}

inline MonitorSnapshot aSnapshot()
{
    MonitorSnapshot made;
    made.when = aMoment;
    made.clientNames = {{1, "dev1"}, {2, "dev2"}};
    made.clients = {facts(1, "dev1"), facts(2, "dev2", false)};
    made.subscriptions = {subscription(1, "site/#"), subscription(2, "$share/group/site/+")};
    made.limits.queuedMessages = 1000;
    made.totals.when = aMoment;
    made.totals.connected = 1;
    return made;
}

/// A capture with a source that has told its snapshot.
struct CaptureScene
{
    ScriptedSource source;
    Capture capture;

    explicit CaptureScene(const MonitorSnapshot &snapshot = aSnapshot())
    {
        source.snapshot = snapshot;
        capture.setSource(&source);
        QSignalSpy reset(&capture, &Capture::reset);
        source.attach();
        [[maybe_unused]] const bool isTaken = reset.wait();
        while (capture.isFetchingRetained())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    void push(MonitorBatch batch)
    {
        batch.when = batch.when == 0 ? aMoment : batch.when;
        source.push(batch);
    }
};

inline bool passes(FilterRow &row, const char *filter, FilterView view)
{
    return FilterRun(compileFilter(QString::fromLatin1(filter), view).program).passes(row);
}

} // namespace pigeon::test
