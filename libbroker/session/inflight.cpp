#include "session/inflight.h"

namespace pigeon {

namespace {
// The ring may hold this many places more than live entries before the oldest one is set aside.
constexpr size_t slack = 64;
// The ring never spans a whole turn of the 65 535 ids, so that no id stands in it twice.
constexpr size_t longestRing = 65'000;

quint64 bytesOf(const MessageCopy &copy)
{
    return copy.message ? static_cast<quint64>(copy.message->memoryBytes()) : 0;
}
}

InFlight::Entry &InFlight::add(MessageCopy copy, Stage stage)
{
    tidy();
    // A serial whose id is taken gets a place that is done from the start, so that serials stay consecutive.
    while (isTaken(idOf(m_nextSerial))) {
        Entry skipped;
        skipped.serial = m_nextSerial++;
        m_ring.pushBack(std::move(skipped));
        tidy();
    }
    Entry entry;
    m_bytes += bytesOf(copy);
    entry.copy = std::move(copy);
    entry.serial = m_nextSerial;
    entry.packetId = idOf(m_nextSerial);
    entry.stage = stage;
    ++m_nextSerial;
    ++m_live;
    m_ring.pushBack(std::move(entry));
    return m_ring.back();
}

void InFlight::restore(MessageCopy copy, quint16 packetId, Stage stage)
{
    Entry entry;
    m_bytes += bytesOf(copy);
    entry.copy = std::move(copy);
    entry.packetId = packetId;
    entry.stage = stage;
    entry.isResent = true;
    m_setAside.push_back(std::move(entry));
    ++m_live;
    m_nextSerial = packetId; // idOf(packetId) is the one after: ids go on where they were
}

InFlight::Entry *InFlight::find(quint16 packetId)
{
    if (!m_ring.isEmpty()) {
        const quint64 first = m_ring.front().serial;
        const quint64 offset = (packetId - 1u + 65'535 - first % 65'535) % 65'535;
        if (offset < m_ring.size()) {
            Entry &entry = m_ring[offset];
            if (entry.stage != Stage::Done)
                return &entry;
        }
    }
    for (Entry &entry : m_setAside) {
        if (entry.packetId == packetId)
            return &entry;
    }
    return nullptr;
}

bool InFlight::isTaken(quint16 packetId)
{
    return !m_setAside.empty() && find(packetId) != nullptr;
}

MessageCopy InFlight::finish(Entry &entry)
{
    MessageCopy copy = std::move(entry.copy);
    m_bytes -= bytesOf(copy);
    --m_live;
    if (!m_setAside.empty() && &entry >= m_setAside.data() && &entry < m_setAside.data() + m_setAside.size()) {
        m_setAside.erase(m_setAside.begin() + (&entry - m_setAside.data()));
    } else {
        entry.stage = Stage::Done;
        entry.copy = MessageCopy();
        while (!m_ring.isEmpty() && m_ring.front().stage == Stage::Done)
            m_ring.popFront();
    }
    return copy;
}

void InFlight::tidy()
{
    while (m_ring.size() > std::min(2 * m_live + slack, longestRing)) {
        Entry oldest = m_ring.popFront();
        if (oldest.stage != Stage::Done)
            m_setAside.push_back(std::move(oldest));
    }
}

void InFlight::forEach(const std::function<bool(Entry &)> &visit)
{
    for (Entry &entry : m_setAside) {
        if (!visit(entry))
            return;
    }
    for (size_t i = 0; i < m_ring.size(); ++i) {
        if (m_ring[i].stage != Stage::Done && !visit(m_ring[i]))
            return;
    }
}

void InFlight::clear()
{
    m_setAside.clear();
    m_ring.clear();
    m_live = 0;
    m_bytes = 0;
}

} // namespace pigeon
