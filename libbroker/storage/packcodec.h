#pragma once

#include "storage/originpool.h"

#include <pigeon/store.h>

namespace pigeon {

/// Deliveries of one session that wait in its queue, in one row: each costs a few bytes more than its payload, and a
/// row is written for dozens of them. A pack is not changed but replaced.
struct Pack
{
    quint64 first = 0; ///< the lowest number in it
    quint64 last = 0; ///< the highest
    quint64 count = 0; ///< deliveries, 1 at least
    quint64 bytes = 0; ///< what their messages take in memory
    std::optional<std::chrono::milliseconds> expiresAt; ///< of what expires first; nothing: nothing in it does
    QByteArray content;
};

/// Makes one pack after the other. Any thread.
class PackEncoder
{
public:
    /// A pack with its row fits into one page of the file (4 KiB): to replace it writes as much as to change a row.
    static constexpr qsizetype maximumBytes = 3'900;
    /// To take one delivery out all others of its pack are read and written again.
    static constexpr quint64 maximumDeliveries = 128;

    /// `delivery` has a higher number than the one before, waits in the queue (its stage is not looked at), and came
    /// through no shared subscription. Its message must live until `clear`. False, and nothing is added: the pack is
    /// full; one delivery alone always fits.
    [[nodiscard]] bool add(const StoredDelivery &delivery);
    bool isEmpty() const { return m_pack.count == 0; }
    /// The highest number in it, 0: it is empty.
    quint64 last() const { return m_pack.last; }
    /// What was added. Its content lies here, until `clear`.
    Pack pack() const;
    /// Begins another one.
    void clear();

private:
    char *put(char *out, const StoredDelivery &delivery) const;
    void count(const StoredDelivery &delivery);

    Pack m_pack; // without its content
    QByteArray m_room = QByteArray(maximumBytes, Qt::Uninitialized);
    qsizetype m_used = 0; // of the room
    const Message *m_previous = nullptr;
};

/// Appends what lies in the content of a pack to `deliveries`, in the order of numbers. False: the content is damaged;
/// what comes before the damage was appended.
[[nodiscard]] bool readPack(QByteArrayView content, OriginPool &origins, std::vector<StoredDelivery> &deliveries);
/// The same of a whole row: false also when it holds something else than it says. Only what lies between `first` and
/// `last` is appended.
[[nodiscard]] bool readPack(const Pack &pack, OriginPool &origins, std::vector<StoredDelivery> &deliveries);

} // namespace pigeon
