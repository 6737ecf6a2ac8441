#pragma once

#include "storage/deliveryreader.h"
#include "storage/progressclock.h"

namespace pigeon {

/// Everything that a broker is told when it starts.
struct StoredState
{
    std::vector<RestoredSession> sessions;
    std::vector<MessagePtr> retained;
    quint64 damagedRows = 0; ///< that made no sense and are not told
};

/// Reads all that was kept, once, and removes what time has overtaken while nobody ran: expired messages, and sessions
/// that have ended. A session that has ended is told all the same when others depend on its end: it has a will to be
/// published, or messages of a shared subscription that go to another member. In the connection's thread; calls may
/// throw SqlError.
class StateReader
{
public:
    StateReader(Database &database, const LoadBounds &bounds, Milliseconds now, ProgressClock &progress);

    StoredState read();
    /// Removes what `read` has passed over; a failure leaves it for the next start.
    void removeOvertaken();

private:
    /// What a session has in rows and in packs, counted without reading them.
    struct Queue
    {
        quint64 queued = 0;
        quint64 queuedBytes = 0;
        quint64 underWay = 0;
        quint64 lastNumber = 0;
    };
    struct KeyedSession
    {
        qint64 key = 0;
        RestoredSession restored;
    };

    void readSessions();
    void readWills();
    RestoredSession &sessionWithWill(const QByteArray &clientId, const QHash<QByteArray, size_t> &places);
    void passOverEnded();
    void readSubscriptions();
    void readInboundIds();
    void readQueues();
    void countRows(QHash<qint64, Queue> &queues);
    void countPacks(QHash<qint64, Queue> &queues);
    void leaveOutExpired(QHash<qint64, Queue> &queues);
    void readDeliveries(KeyedSession &session, const Queue &queue);
    void readUnderWay(KeyedSession &session, quint64 after);
    void take(KeyedSession &session, const Statement &row);
    void readRetained();
    bool mustBeTold(const KeyedSession &session);
    RestoredSession *sessionOf(qint64 key);
    void removeSession(qint64 key);
    int removeExpired();
    int removeExpiredFromPacks();

    Database &m_database;
    const LoadBounds m_bounds;
    const Milliseconds m_now;
    ProgressClock &m_progress;
    DeliveryReader m_deliveries;
    PackCursor m_packs;
    Statement m_firstDeliveries, m_underWayAbove, m_hasShared;

    std::vector<KeyedSession> m_sessions;
    QHash<qint64, size_t> m_places; // key -> index
    StoredState m_state;
    std::vector<qint64> m_ended; // keys of sessions that are not told
    bool m_hasExpired = false;
    QHash<qint64, std::vector<quint64>> m_expiredInPacks; // numbers, by key of their session
};

} // namespace pigeon
