#include "security/loginguard.h"

#include "security/addressmark.h"

#include <algorithm>

namespace pigeon {

/// Forgotten when it has behaved for as long as a ban takes.
bool LoginGuard::isOver(const Record &record, TimePoint now) const
{
    return now - record.last >= std::max(m_limits.banTime, longestWait);
}

bool LoginGuard::isBanned(const Record &record, TimePoint now) const
{
    return record.failures >= m_limits.failuresToBan && now < record.notBefore;
}

Milliseconds LoginGuard::waitAfter(quint32 failures) const
{
    if (failures >= m_limits.failuresToBan)
        return m_limits.banTime;
    if (failures < m_limits.freeFailures)
        return Milliseconds(0);
    constexpr quint32 mostDoublings = 16; // beyond the longest wait, and far from an overflow
    const quint32 doublings = std::min(failures - m_limits.freeFailures, mostDoublings);
    return std::min(longestWait, firstWait * (1 << doublings));
}

LoginGuard::Verdict LoginGuard::ask(const QByteArray &address, TimePoint now) const
{
    if (m_limits.failuresToBan == 0 || m_addresses.isEmpty())
        return Verdict::MayTry;
    const auto found = m_addresses.constFind(addressMark(address));
    if (found == m_addresses.constEnd() || now >= found->notBefore)
        return Verdict::MayTry;
    return isBanned(*found, now) ? Verdict::IsBanned : Verdict::MustWait;
}

bool LoginGuard::failed(const QByteArray &address, TimePoint now)
{
    const QByteArray mark = addressMark(address);
    if (m_limits.failuresToBan == 0 || mark.isEmpty())
        return false;
    if (!m_addresses.contains(mark))
        makeRoom(now);
    Record &record = m_addresses[mark];
    const bool wasBanned = isBanned(record, now);
    const bool isBanOver = record.failures >= m_limits.failuresToBan && !wasBanned;
    if (isBanOver || isOver(record, now))
        record = {};
    ++record.failures;
    record.last = now;
    if (!wasBanned) // what was tried before the ban and fails now does not make it longer
        record.notBefore = now + waitAfter(record.failures);
    return !wasBanned && isBanned(record, now);
}

void LoginGuard::succeeded(const QByteArray &address)
{
    if (!m_addresses.isEmpty())
        m_addresses.remove(addressMark(address));
}

bool LoginGuard::lift(const QByteArray &address, TimePoint now)
{
    const auto found = m_addresses.find(address.endsWith("/64") ? address : addressMark(address));
    if (found == m_addresses.end() || !isBanned(*found, now))
        return false;
    m_addresses.erase(found);
    return true;
}

std::vector<LoginGuard::BannedAddress> LoginGuard::banned(TimePoint now) const
{
    std::vector<BannedAddress> found;
    for (auto each = m_addresses.begin(); each != m_addresses.end(); ++each) {
        if (isBanned(*each, now))
            found.push_back({each.key(), std::chrono::ceil<Milliseconds>(each->notBefore - now)});
    }
    return found;
}

void LoginGuard::makeRoom(TimePoint now)
{
    if (m_addresses.size() < maximumAddresses)
        return;
    m_addresses.removeIf([&](const auto &each) { return isOver(*each, now); });
    if (m_addresses.size() < maximumAddresses)
        return;
    const auto oldest = std::min_element(
        m_addresses.begin(), m_addresses.end(), [&](const Record &left, const Record &right) {
            const bool isLeftBanned = isBanned(left, now);
            const bool isRightBanned = isBanned(right, now);
            return isLeftBanned != isRightBanned ? isRightBanned : left.last < right.last;
        });
    m_addresses.erase(oldest);
}

} // namespace pigeon
