#include "security/connectionguard.h"

#include "security/addressmark.h"

#include <algorithm>

namespace pigeon {

namespace {

constexpr qsizetype leastSweep = 1'000; // addresses; below it nothing is worth forgetting
constexpr Milliseconds fullAfter{1'000}; // a bucket

} // namespace

bool ConnectionGuard::Bucket::hasRoom(quint32 rate, TimePoint now)
{
    if (rate == 0)
        return true;
    const double most = rate;
    const double since = std::chrono::duration<double>(now - filled).count();
    left = left < 0 ? most : std::min(most, left + since * most);
    filled = now;
    return left >= 1;
}

const char *ConnectionGuard::whyNot(const QByteArray &address, quint64 serial, TimePoint now)
{
    if (!m_all.hasRoom(m_bounds.rate, now))
        return "too many connections come at once";
    if (!m_bounds.areOfAddresses()) {
        m_isCounting = false;
        m_addresses.clear();
    } else if (!std::exchange(m_isCounting, true)) {
        m_countedFrom = serial;
    }
    const QByteArray mark = m_isCounting ? addressMark(address) : QByteArray();
    if (!mark.isEmpty()) {
        Record &record = recordOf(mark, now);
        if (m_bounds.perAddress > 0 && record.connections >= m_bounds.perAddress)
            return "its address has too many connections";
        if (!record.bucket.hasRoom(m_bounds.ratePerAddress, now))
            return "too many connections come from its address at once";
        record.bucket.take();
        ++record.connections;
    }
    m_all.take();
    return nullptr;
}

void ConnectionGuard::gone(const QByteArray &address, quint64 serial)
{
    if (!m_isCounting || serial < m_countedFrom)
        return;
    const auto found = m_addresses.find(addressMark(address));
    if (found == m_addresses.end() || found->connections == 0)
        return;
    --found->connections;
    if (found->connections == 0 && m_bounds.ratePerAddress == 0)
        m_addresses.erase(found);
}

ConnectionGuard::Record &ConnectionGuard::recordOf(const QByteArray &mark, TimePoint now)
{
    if (m_addresses.size() > std::max(m_nextSweep, leastSweep))
        forgetOld(now);
    return m_addresses[mark];
}

/// Those without a connection whose bucket is full again: there is nothing to remember of them.
void ConnectionGuard::forgetOld(TimePoint now)
{
    m_addresses.removeIf([now](const auto &each) {
        return each->connections == 0 && now - each->bucket.filled >= fullAfter;
    });
    m_nextSweep = 2 * m_addresses.size(); // so that a sweep is paid for by as many arrivals
}

} // namespace pigeon
