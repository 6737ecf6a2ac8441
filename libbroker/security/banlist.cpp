#include "security/banlist.h"

#include <algorithm>

namespace pigeon {

namespace {

bool isSame(const Ban &ban, BannedBy by, const QByteArray &value)
{
    return ban.by == by && ban.value == value;
}

} // namespace

void BanList::add(Ban ban)
{
    remove(ban.by, ban.value);
    m_bans.push_back(std::move(ban));
}

bool BanList::remove(BannedBy by, const QByteArray &value)
{
    return std::erase_if(m_bans, [&](const Ban &each) { return isSame(each, by, value); }) > 0;
}

void BanList::forgetEnded(std::chrono::milliseconds wallTime)
{
    std::erase_if(m_bans, [wallTime](const Ban &each) { return each.endsAt && *each.endsAt <= wallTime; });
}

const Ban *BanList::find(const QByteArray &clientId, const QByteArray &userName, const QByteArray &address,
    std::chrono::milliseconds wallTime)
{
    if (m_bans.empty())
        return nullptr;
    forgetEnded(wallTime);
    const auto found = std::find_if(m_bans.begin(), m_bans.end(), [&](const Ban &each) {
        // An empty name is nobody's: no ban means all who have none.
        return (!clientId.isEmpty() && isSame(each, BannedBy::ClientId, clientId))
            || (!userName.isEmpty() && isSame(each, BannedBy::UserName, userName))
            || (!address.isEmpty() && isSame(each, BannedBy::Address, address));
    });
    return found == m_bans.end() ? nullptr : &*found;
}

std::vector<Ban> BanList::list(std::chrono::milliseconds wallTime)
{
    forgetEnded(wallTime);
    return m_bans;
}

} // namespace pigeon
