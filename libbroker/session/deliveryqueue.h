#pragma once

#include "base/deadlinewheel.h"
#include "base/ring.h"
#include "session/inflight.h"

#include <pigeon/store.h>

#include <functional>
#include <memory>
#include <vector>

namespace pigeon {

class Session;
class StoreBatch;
struct Services;

/// What waits for one client and was not sent, in order: the first of it in memory and, where the store has it, the
/// rest in the store alone, fetched as the first is sent. So a client that stays away costs disk, not memory. Copies
/// that came through shared subscriptions always stay in memory: other members may take them. Part of an Outbox.
/// Broker thread.
class DeliveryQueue
{
public:
    DeliveryQueue(Session &session, Services &services)
        : m_session(session)
        , m_services(services)
    {
    }

    /// True when nothing waits, here or in the store.
    bool isEmpty() const { return m_copies.isEmpty() && !m_unloaded; }
    /// True when the next one is here; else it is being fetched.
    bool hasNext() const { return !m_copies.isEmpty(); }
    /// True when some of it is in the store alone.
    bool isPartlyUnloaded() const { return m_unloaded != nullptr; }
    quint64 messages() const { return m_copies.size() + (m_unloaded ? m_unloaded->count : 0); }
    quint64 bytes() const { return m_bytes + (m_unloaded ? m_unloaded->bytes : 0); }
    bool hasShared() const { return m_shared > 0; }
    /// Those that are here, in order; what is in the store alone comes behind them.
    size_t loaded() const { return m_copies.size(); }
    const MessageCopy &operator[](size_t place) const { return m_copies[place]; }
    /// False when one more message of that size finds the queue full.
    bool hasRoom(qsizetype bytes) const;

    /// `isStored`: its row is in the store, or in the batch that is being made; then memory may let go of it.
    void add(MessageCopy copy, bool isStored);
    /// Back to the front, behind earlier ones that came back before it.
    void putBack(MessageCopy copy);
    /// Precondition: hasNext().
    MessageCopy takeNext();
    /// Takes out what came through shared subscriptions and is wanted.
    std::vector<MessageCopy> takeShared(const std::function<bool(const MessageCopy &)> &wanted);
    /// Forgets what is in the store alone and says how much it was; its rows are the caller's business.
    quint64 forgetUnloaded();
    /// Has more fetched where little is left here.
    void refill();
    /// What has come of that: the answer to `asked`.
    void fetched(StoreStatus status, std::vector<StoredDelivery> deliveries, size_t asked);

    /// What a store tells at the start: first the copies, in order, then how many more there are.
    void restore(MessageCopy copy);
    void restoreUnloaded(const UnloadedDeliveries &unloaded);

private:
    /// What is in the store alone.
    struct Unloaded
    {
        explicit Unloaded(std::function<void()> again)
            : retry(std::move(again))
        {
        }
        quint64 count = 0;
        quint64 bytes = 0;
        quint64 addedSinceFetch = 0; // of `count`: a fetch under way may not see them
        quint64 lastLoaded = 0; // the number behind which it begins
        quint64 lastOfStart = 0; // copies of shared subscriptions with later numbers are in memory, or were
        bool isFetching = false;
        Deadline retry;
    };

    bool belongsIntoStore(const MessageCopy &copy, qsizetype bytes) const;
    void unload(const MessageCopy &copy);
    void load(MessageCopy copy);
    void count(const MessageCopy &copy);
    void uncount(const MessageCopy &copy);
    void countUnloaded(qint64 messages, qint64 bytes);
    void makeUnloaded();
    size_t fetchedAtOnce() const;
    void loseUnloaded(quint64 messages);
    bool isKnown(const StoredDelivery &fetched) const;

    Session &m_session;
    Services &m_services;
    Ring<MessageCopy> m_copies;
    quint64 m_bytes = 0;
    size_t m_shared = 0; // of the copies
    quint64 m_highest = 0; // number that was ever here
    std::unique_ptr<Unloaded> m_unloaded; // null for most
};

/// What a copy weighs, with what belongs to it alone.
qsizetype bytesOf(const MessageCopy &copy);
/// The copy that a row of the store stands for.
MessageCopy copyOf(StoredDelivery delivery);

} // namespace pigeon
