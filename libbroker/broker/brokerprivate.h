#pragma once

#include "base/clock.h"
#include "broker/brokertap.h"
#include "broker/core.h"
#include "broker/gate.h"
#include "broker/handlerpolicy.h"
#include "broker/listenerprivate.h"
#include "broker/programcalls.h"
#include "broker/signalevents.h"
#include "broker/systemtopics.h"
#include "transport/door.h"
#include "transport/linkturn.h"
#include "transport/opendoor.h"

#include <pigeon/broker.h>

#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

/// The parts of a Broker: the core, its clock and timer, its listeners, and what the program has set. Broker thread.
class BrokerPrivate
{
public:
    BrokerPrivate(BrokerOptions brokerOptions, Broker &broker);
    ~BrokerPrivate();
    static BrokerPrivate &of(Broker &broker) { return *broker.d; }

    void useStore(std::unique_ptr<Store> newStore);
    bool listen(const ListenerOptions &wanted);
    bool reloadCertificates();
    std::vector<QByteArray> doorNames() const;
    /// A door whose clients come in here; it is not one of `doors` yet.
    OpenedDoor openFor(const ListenerOptions &wanted);
    bool reload(const BrokerOptions &wanted, const std::vector<ListenerOptions> &doorsWanted);
    bool adopt(std::unique_ptr<QIODevice> device, const QByteArray &name);
    /// Why nobody may come in; nothing when they may.
    std::optional<QString> whyClosed() const;
    /// Does it now, or as soon as the broker is through with what it is doing.
    void run(std::function<void()> request) { calls.run(std::move(request)); }
    /// `done` as the session room is to call it: what it asks for waits until the broker is through.
    Completion guarded(Completion done);
    Listener *makeListener(const QByteArray &filter, QObject *receiver);
    void endListener(Listener *listener);
    qsizetype endListeners(const QByteArray &filter, const QObject *receiver);
    /// Looks who is connected to which signal.
    void checkListeners();
    void close();

    Broker &q;
    BrokerOptions options;
    ProgramCalls calls;
    SystemClock clock;
    HandlerPolicy policy;
    SignalEvents events;
    SystemTopics systemTopics;
    BrokerTap tap; // first to hear of what happens
    const std::shared_ptr<Gate> gate; // for those who watch from another thread
    std::unique_ptr<Store> store;
    QString storeProblem; // why it is not the one that the options ask for
    QString rightsProblem; // why the password or the ACL file cannot be used
    std::unique_ptr<BrokerCore> core;
    std::unique_ptr<AnswerDesk> desk; // goes before the core: no answer comes to what is gone
    std::vector<std::unique_ptr<Door>> doors;
    std::vector<std::unique_ptr<Door>> retiredDoors; // closed, and some clients that came in there still are
    std::vector<Listener *> listeners; // inside the process
    quint16 lastPort = 0;
    QString errorString;
    bool isClosing = false;
    std::atomic<bool> isListenerCheckPosted{false}; // signals are disconnected in any thread

private:
    void makeCore();
    void restore();
    void tellRefused(const PeerFacts &peer, const QByteArray &why);
    void tellHealth(const StoreHealth &health);
    void armTimer();
    void turnSoon();
    bool isEverythingSent() const;
    void finishClosing();
    void endEverything();

    std::shared_ptr<LinkTurn> m_deviceTurn; // of adopted devices; null before the first
    QTimer m_timer; // for the deadlines of the core
    QTimer m_closePoll;
    TimePoint m_closingSince;
    bool m_isTurnPosted = false;
};

} // namespace pigeon
