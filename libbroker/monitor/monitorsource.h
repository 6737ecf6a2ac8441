#pragma once

#include "monitor/answers.h"
#include "monitor/records.h"

#include <QObject>

#include <chrono>

namespace pigeon {

/// A broker as an observer sees it and acts on it: everything at one moment, then what changes, commands and queries.
/// Nothing of it holds up the broker: what does not get through is lost and counted (TapLosses).
///
/// Lives in the observer's thread, usually the window's; everything is called, emitted and answered there, from the
/// event loop: never from inside the call. It knows neither how the broker is started nor whether it is in this process.
///
/// Each call is answered once, in no order (what waits for the disk comes later); with an error when the broker is not
/// there any more. Commands and queries need no `attach`. After the source is destroyed no answer comes any more. A
/// callback may be empty.
class MonitorSource : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // --- observing

    /// Begins: `snapshotTaken` follows, then `changed` again and again. Does nothing while attached.
    virtual void attach() = 0;
    /// Ends without a signal; nothing is emitted any more. May be attached anew; then numbers and names begin anew.
    virtual void detach() = 0;
    virtual bool isAttached() const = 0;
    /// Has a new snapshot taken, which replaces all that was known but the names.
    virtual void refresh() = 0;
    /// Hot records from now on; at the begin none. Before `attach` and while attached.
    virtual void setInterests(Interests interests) = 0;
    virtual Interests interests() const = 0;
    /// How often `changed` comes at most: 33 to 1000 ms, values beyond are taken as the nearest. 50 at the begin.
    virtual void setInterval(std::chrono::milliseconds interval) = 0;
    virtual std::chrono::milliseconds interval() const = 0;

    // --- commands: acting on the broker

    /// Publishes as the broker itself (no rights are asked), or in the name of the client `asClient`, which has a session:
    /// then with its rights, and "no local" holds. `packet` has all properties of 5.0; packet id and alias are ignored.
    virtual void publish(const PublishPacket &packet, const QByteArray &asClient, CommandAnswered answered) = 0;
    /// Ends their connections; a 5.0 client is told `reason` and `text`. Who is not connected is passed over.
    virtual void disconnectClients(
        const std::vector<QByteArray> &clientIds, ReasonCode reason, const QByteArray &text, CommandAnswered answered)
        = 0;
    /// Keeps out whom `ban` names and disconnects those who are here.
    virtual void ban(const Ban &ban, CommandAnswered answered) = 0;
    virtual void liftBan(BannedBy by, const QByteArray &value, CommandAnswered answered) = 0;
    /// Ends connection and session with all it holds.
    virtual void endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered) = 0;
    /// Drops what waits and was not sent.
    virtual void clearQueue(const QByteArray &clientId, CommandAnswered answered) = 0;
    /// As if the client had asked for it; its rights are asked. `identifier` 0 = none.
    virtual void subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
        CommandAnswered answered) = 0;
    virtual void unsubscribe(
        const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered) = 0;
    /// Takes the retained messages of these topics away without publishing anything. Topics without one are passed over.
    virtual void deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered) = 0;
    /// The same for all topics that `filter` matches (`$SYS/#` has to be asked for).
    virtual void deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered) = 0;
    /// Puts back what was deleted, unchanged (payload, QoS, properties, who published it, what is left of its expiry),
    /// without publishing anything. What has expired meanwhile, and topics that have a newer one, are passed over.
    virtual void restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered) = 0;

    // --- queries

    /// Who would get a message of `topic` from `publisher` (empty: from the broker itself) at `qos`. Nothing is sent and
    /// no turn of a shared group is used up.
    virtual void findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found) = 0;
    /// What a client may publish, subscribe to and receive, by the rules that are in force.
    virtual void rightsOf(const QByteArray &clientId, RightsFound found) = 0;
    /// What is on its way to a client: all in flight, and the first `most` that wait.
    virtual void queueOf(const QByteArray &clientId, qsizetype most, QueueFound found) = 0;
    /// Retained messages that `filter` matches, behind the topic `after` (empty: from the first), `most` at most
    /// (1000 are enough for a page).
    virtual void retained(const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found) = 0;
    virtual void countRetained(const QByteArray &filter, RetainedCounted counted) = 0;

Q_SIGNALS:
    void snapshotTaken(const pigeon::MonitorSnapshot &snapshot);
    /// At most once an interval, and only when something has happened (totals: twice a second in any case).
    void changed(const pigeon::MonitorBatch &batch);
    /// The broker is there no more, or the way to it is broken; `why` is a sentence. The source is not attached then.
    void detached(const QString &why);
};

} // namespace pigeon
