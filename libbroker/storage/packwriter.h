#pragma once

#include "storage/packcodec.h"
#include "storage/statement.h"

namespace pigeon {

/// Writes and replaces packs. Packs of one session do not overlap, so that a number says in which one it would lie.
/// Part of DeliveryWriter; in its thread, every call may throw SqlError.
class PackWriter
{
public:
    explicit PackWriter(Database &database);

    /// Forgets what a batch that has failed left here.
    void begin(qint64 session);
    /// Whether a new delivery may lie in a pack: its number is above those of all packs that are there.
    bool isAboveAll(quint64 number);
    /// In the order of numbers; the message must live until `flush`.
    void add(const StoredDelivery &delivery);
    /// Writes what was added.
    void flush();

    /// Takes the delivery of that number out of its pack; nothing when no pack has it.
    std::optional<StoredDelivery> take(quint64 number);
    bool holds(quint64 number);
    /// Removes everything up to and with `upTo`; returns the highest number that went, 0: none did.
    quint64 removeUpTo(quint64 upTo);
    /// Writes anew what is left of the pack that was taken from last.
    void close();

    /// The highest number in a pack, 0: there is none.
    quint64 highest();
    void removeAll(qint64 session);
    /// Packs of a session, counted up to `most`.
    int countSome(qint64 session, int most);

    /// Rows inserted, changed or removed since the last call.
    qint64 takeRows() { return std::exchange(m_rows, 0); }

private:
    /// The pack that is being taken from.
    struct Open
    {
        qint64 id = 0;
        quint64 first = 0;
        quint64 last = 0;
        bool isChanged = false;
        std::vector<StoredDelivery> deliveries; // without a message: taken

        bool spans(quint64 number) const { return first <= number && number <= last; }
    };
    bool open(quint64 number);
    StoredDelivery *find(quint64 number);
    void write();

    Statement m_insert, m_delete, m_deleteAll, m_deleteUpTo;
    Statement m_find, m_firstAbove, m_last, m_lastUpTo, m_countSome;
    OriginPool m_origins;
    PackEncoder m_encoder;
    qint64 m_session = 0;
    std::optional<Open> m_open;
    std::optional<quint64> m_highest; // the last number of the last pack, when it was asked for
    quint64 m_gapFrom = 1, m_gapTo = 0; // no pack spans a number in between
    qint64 m_rows = 0;
};

} // namespace pigeon
