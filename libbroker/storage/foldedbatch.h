#pragma once

#include <pigeon/store.h>

#include <QHash>

#include <algorithm>
#include <map>
#include <set>

namespace pigeon {

/// What a batch adds to the queue of a session, in the order of numbers. Nearly all come in that order, and those that
/// are struck again are nearly the same.
template <typename Value>
class ByNumber
{
public:
    bool isEmpty() const { return m_count == 0; }
    size_t size() const { return m_count; }
    /// Null when there is none.
    Value *find(quint64 number)
    {
        const auto found = placeOf(number);
        return found != m_entries.end() && found->number == number && found->isThere ? &found->value : nullptr;
    }
    void insertOrAssign(quint64 number, Value value)
    {
        const auto place = m_entries.empty() || m_entries.back().number < number ? m_entries.end() : placeOf(number);
        if (place == m_entries.end() || place->number != number) {
            m_entries.insert(place, {number, true, std::move(value)});
            ++m_count;
            return;
        }
        m_count += !place->isThere;
        *place = {number, true, std::move(value)};
    }
    bool erase(quint64 number)
    {
        const auto found = placeOf(number);
        const bool wasThere = found != m_entries.end() && found->number == number && found->isThere;
        if (wasThere)
            leave(*found);
        return wasThere;
    }
    template <typename Condition>
    void eraseIf(Condition &&isGone)
    {
        for (Entry &each : m_entries) {
            if (each.isThere && isGone(each.number, each.value))
                leave(each);
        }
    }
    template <typename Visit>
    void forEach(Visit &&visit) const
    {
        for (const Entry &each : m_entries) {
            if (each.isThere)
                visit(each.number, each.value);
        }
    }

private:
    struct Entry
    {
        quint64 number = 0;
        bool isThere = true;
        Value value;
    };
    auto placeOf(quint64 number)
    {
        return std::lower_bound(m_entries.begin(), m_entries.end(), number,
            [](const Entry &each, quint64 wanted) { return each.number < wanted; });
    }
    void leave(Entry &entry)
    {
        entry.isThere = false;
        --m_count;
    }

    std::vector<Entry> m_entries;
    size_t m_count = 0;
};

/// What a sequence of changes comes to: what is added and removed again within it is struck and never written, what is
/// moved on is written as it is in the end. A subscriber that acknowledges before its batch is written so costs the
/// disk nothing. It points into the changes, which must outlive it. Pure data, any thread; knows no SQL.
class FoldedBatch
{
public:
    void add(const StoreChange &change);

    struct Progress
    {
        DeliveryStage stage = DeliveryStage::Queued;
        quint16 packetId = 0;
    };
    struct NewDelivery
    {
        const StoredDelivery *delivery = nullptr;
        Progress progress;
    };
    /// Changes of deliveries that were there before the batch. To be done in this order: what is queued and at most
    /// `removeQueuedUpTo` goes, `progress` is made, `removed` go. Most sessions have one step.
    struct Step
    {
        std::optional<quint64> removeQueuedUpTo;
        std::map<quint64, Progress> progress;
        std::set<quint64> removed;
    };
    struct SessionChanges
    {
        bool isRemoved = false; ///< all that was there before the batch goes first
        const StoredSession *put = nullptr;
        QHash<QByteArray, const StoredSubscription *> subscriptions; ///< null: removed
        std::vector<Step> steps;
        ByNumber<NewDelivery> added; ///< after all steps
        QHash<quint16, bool> inboundIds; ///< false: removed
    };

    const QHash<QByteArray, SessionChanges> &sessions() const { return m_sessions; }
    const QHash<QByteArray, const Message *> &retained() const { return m_retained; } ///< null: removed
    const QHash<QByteArray, const StoredWill *> &wills() const { return m_wills; } ///< null: removed

private:
    SessionChanges &changesOf(const QByteArray &clientId);
    void apply(const change::PutSession &put);
    void apply(const change::RemoveSession &remove);
    void apply(const change::PutSubscription &put);
    void apply(const change::RemoveSubscription &remove);
    void apply(const change::AddDelivery &add);
    void apply(const change::UpdateDelivery &update);
    void apply(const change::RemoveDelivery &remove);
    void apply(const change::RemoveQueued &remove);
    void apply(const change::AddInboundId &add);
    void apply(const change::RemoveInboundId &remove);
    void apply(const change::PutRetained &put);
    void apply(const change::RemoveRetained &remove);
    void apply(const change::PutWill &put);
    void apply(const change::RemoveWill &remove);

    QHash<QByteArray, SessionChanges> m_sessions;
    SessionChanges *m_last = nullptr; // those that were asked for last
    QByteArray m_lastId;
    QHash<QByteArray, const Message *> m_retained;
    QHash<QByteArray, const StoredWill *> m_wills;
};

} // namespace pigeon
