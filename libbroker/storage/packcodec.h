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
    /// `delivery` has a higher number than the one before, waits in the queue (its stage is not looked at), and came
    /// through no shared subscription. Its message must live until `take`.
    void add(const StoredDelivery &delivery);
    bool isEmpty() const { return m_pack.count == 0; }
    qsizetype bytes() const { return m_pack.content.size(); }
    /// What `add` will need at most.
    static qsizetype mostBytes(const StoredDelivery &delivery);
    const Pack &pack() const { return m_pack; }
    /// Begins another one; the memory of the content is used again.
    void clear();

private:
    Pack m_pack;
    const Message *m_previous = nullptr;
};

/// Appends what lies in the content of a pack to `deliveries`, in the order of numbers. False: the content is damaged;
/// what comes before the damage was appended.
[[nodiscard]] bool readPack(QByteArrayView content, OriginPool &origins, std::vector<StoredDelivery> &deliveries);
/// The same of a whole row: false also when it holds something else than it says. Only what lies between `first` and
/// `last` is appended.
[[nodiscard]] bool readPack(const Pack &pack, OriginPool &origins, std::vector<StoredDelivery> &deliveries);

} // namespace pigeon
