#include "capture/clientstore.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace pigeon {

namespace {

constexpr double nanosecondsPerSecond = 1e9;
constexpr qint64 fadeEvery = 10'000'000'000; // latencies say how things were during the last half minute or so
constexpr double newShare = 0.5; // of the last half second in a rate: it settles within two

void smooth(double &rate, quint64 now, quint64 before, double seconds)
{
    const double perSecond = now >= before ? static_cast<double>(now - before) / seconds : 0;
    rate += (perSecond - rate) * newShare;
    if (rate < 0.01)
        rate = 0;
}

void noteDrops(SeenClient &seen, quint64 dropped, qint64 now)
{
    while (!seen.lastDrops.empty() && seen.lastDrops.front().when <= now - ClientStore::dropsAreRecentFor)
        seen.lastDrops.pop_front();
    if (const quint64 before = seen.facts.counts.dropped(); dropped > before)
        seen.lastDrops.push_back({now, dropped - before});
}

ClientState stateOf(const ClientFacts &facts) { return facts.isConnected ? ClientState::Online : ClientState::Away; }

} // namespace

quint64 SeenClient::recentConnects(qint64 now) const
{
    quint64 count = 0;
    for (auto event = history.rbegin(); event != history.rend() && event->when > now - ClientStore::connectsAreRecentFor; ++event)
        count += event->kind == ConnectionEventKind::Connected;
    return count;
}

quint64 SeenClient::recentDrops(qint64 now) const
{
    quint64 count = 0;
    for (auto drops = lastDrops.rbegin(); drops != lastDrops.rend() && drops->when > now - ClientStore::dropsAreRecentFor; ++drops)
        count += drops->count;
    return count;
}

ClientStore::ClientStore(NameTablePtr clients, std::shared_ptr<ConnectionTable> connections)
    : m_names(std::move(clients))
    , m_connections(std::move(connections))
{
}

void ClientStore::clear()
{
    m_clients.clear();
    m_countedAt.clear();
    m_connections->clear();
    m_order.clear();
    m_gone.clear();
    m_bans.clear();
    m_events.clear();
    ++m_shape;
}

const SeenClient *ClientStore::find(ClientNumber client) const
{
    const auto found = m_clients.find(client);
    return found == m_clients.end() ? nullptr : &found->second;
}

SeenClient &ClientStore::client(ClientNumber number)
{
    const auto [entry, isNew] = m_clients.try_emplace(number);
    if (isNew) {
        entry->second.facts.client = number;
        m_order.push_back(number);
    }
    return entry->second;
}

void ClientStore::replaceAll(const MonitorSnapshot &snapshot)
{
    // Who was there and is not in the snapshot has gone; what is remembered of anybody stays.
    for (auto &[number, seen] : m_clients) {
        if (seen.state == ClientState::Online || seen.state == ClientState::Away)
            setState(seen, ClientState::Gone);
    }
    m_bans = snapshot.bans;
    for (const ClientFacts &facts : snapshot.clients)
        takeFacts(facts, snapshot.when);
    for (auto &[number, seen] : m_clients)
        markBans(seen);
    forgetGone();
    ++m_shape;
}

void ClientStore::add(const MonitorBatch &batch)
{
    for (const ConnectionEvent &event : batch.events)
        takeEvent(event);
    for (const ClientFacts &facts : batch.clients)
        takeFacts(facts, batch.when);
    for (const ClientCounts &counts : batch.counts) {
        if (const auto found = m_clients.find(counts.client); found != m_clients.end())
            takeCounts(found->second, counts, batch.when);
    }
    for (const ClientNumber number : batch.endedSessions) {
        if (const auto found = m_clients.find(number); found != m_clients.end())
            setState(found->second, ClientState::Gone);
    }
    if (batch.bans)
        takeBans(*batch.bans);
    if (batch.totals)
        fadeRates(batch.when);
    forgetGone();
}

void ClientStore::setState(SeenClient &seen, ClientState state)
{
    seen.state = state;
    seen.facts.isConnected = state == ClientState::Online;
    if (state == ClientState::Gone || state == ClientState::Refused)
        m_gone.push_back(seen.facts.client);
}

void ClientStore::takeFacts(const ClientFacts &facts, qint64 now)
{
    m_connections->note(facts.client, facts.info);
    SeenClient &seen = client(facts.client);
    const ClientCounts before = seen.facts.counts;
    seen.facts = facts;
    seen.facts.counts = before;
    takeCounts(seen, facts.counts, now);
    setState(seen, stateOf(facts));
    markBans(seen);
}

void ClientStore::takeCounts(SeenClient &seen, const ClientCounts &counts, qint64 now)
{
    qint64 &countedAt = m_countedAt[seen.facts.client];
    const double seconds = static_cast<double>(now - countedAt) / nanosecondsPerSecond;
    const ClientCounts &before = seen.facts.counts;
    if (countedAt != 0 && seconds > 0) {
        smooth(seen.rateIn, counts.messagesIn, before.messagesIn, seconds);
        smooth(seen.rateOut, counts.messagesOut, before.messagesOut, seconds);
        smooth(seen.byteRateIn, counts.bytesIn, before.bytesIn, seconds);
        smooth(seen.byteRateOut, counts.bytesOut, before.bytesOut, seconds);
    }
    if (countedAt != 0) // what was dropped before it was seen first is not of now
        noteDrops(seen, counts.dropped(), now);
    countedAt = now;
    seen.facts.counts = counts;
    seen.facts.counts.client = seen.facts.client;
}

/// Who has nothing new to count is not in a batch: its rates go down all the same.
void ClientStore::fadeRates(qint64 now)
{
    for (auto &[number, seen] : m_clients) {
        const bool isIdle = seen.rateIn + seen.rateOut + seen.byteRateIn + seen.byteRateOut == 0;
        if (!isIdle && m_countedAt[number] != now)
            takeCounts(seen, ClientCounts(seen.facts.counts), now);
    }
    if (std::abs(now - m_lastFade) < fadeEvery) // the clock may step back
        return;
    m_lastFade = now;
    for (auto &[number, seen] : m_clients)
        seen.latencies.fade();
}

void ClientStore::takeEvent(const ConnectionEvent &event)
{
    m_events.push_back(event);
    ++m_eventCount;
    if (m_events.size() > maximumEvents)
        m_events.pop_front();
    m_connections->note(event.client, event.info);
    if (event.client == 0)
        return;
    const bool isNew = !m_clients.contains(event.client);
    SeenClient &seen = client(event.client);
    if (isNew)
        setState(seen, ClientState::Gone); // until its facts are told
    seen.history.push_back(event);
    if (seen.history.size() > maximumHistory)
        seen.history.pop_front();
    takeConnection(seen, event);
    if (event.kind != ConnectionEventKind::Refused) {
        markBans(seen);
        return;
    }
    ++seen.refusals;
    // Somebody else may be in with this client id, or its session waits: then it is that which is shown.
    if (seen.state == ClientState::Gone || seen.state == ClientState::Refused) {
        seen.facts.info = event.info;
        seen.facts.lastReason = event.reason;
        seen.facts.lastText = event.text;
        setState(seen, ClientState::Refused);
    }
    markBans(seen);
}

/// Facts are told of sessions that are there when the batch is made up: of who has come and gone meanwhile there is only
/// what happened to it. Where facts follow, they say the same.
void ClientStore::takeConnection(SeenClient &seen, const ConnectionEvent &event)
{
    const bool hasCome = event.kind == ConnectionEventKind::Connected;
    const bool isOlderThanFacts = event.when < seen.facts.since; // a snapshot has overtaken it
    if ((!hasCome && event.kind != ConnectionEventKind::Disconnected) || isOlderThanFacts)
        return;
    const bool isCounted = event.info.connection == seen.facts.info.connection && seen.facts.connects > 0;
    seen.facts.info = event.info;
    seen.facts.since = event.when;
    if (hasCome) {
        seen.facts.connects += isCounted ? 0 : 1;
        return;
    }
    seen.facts.lastReason = event.reason;
    seen.facts.lastText = event.text;
}

void ClientStore::takeBans(std::vector<Ban> bans)
{
    m_bans = std::move(bans);
    for (auto &[number, seen] : m_clients)
        markBans(seen);
}

void ClientStore::markBans(SeenClient &seen) const
{
    const QByteArrayView name = nameOf(seen.facts.client);
    seen.isBanned = std::ranges::any_of(m_bans, [&](const Ban &ban) {
        switch (ban.by) {
        case BannedBy::ClientId:
            return QByteArrayView(ban.value) == name;
        case BannedBy::UserName:
            return ban.value == seen.facts.info.userName;
        case BannedBy::Address:
            return ban.value == seen.facts.info.address;
        }
        return false;
    });
}

void ClientStore::addLatency(ClientNumber client, qint64 nanoseconds)
{
    if (const auto found = m_clients.find(client); found != m_clients.end())
        found->second.latencies.add(nanoseconds);
}

void ClientStore::forgetGone()
{
    if (m_gone.size() <= maximumGone * 2)
        return;
    // Who has come back is in the list of those that went, too, and who went again is in it twice.
    const auto firstKept = m_gone.end() - static_cast<std::ptrdiff_t>(maximumGone);
    const std::unordered_set<ClientNumber> kept(firstKept, m_gone.end());
    for (auto number = m_gone.begin(); number != firstKept; ++number) {
        const auto found = m_clients.find(*number);
        const bool isGone = found != m_clients.end()
            && (found->second.state == ClientState::Gone || found->second.state == ClientState::Refused);
        if (isGone && !kept.contains(*number)) {
            m_clients.erase(found);
            m_countedAt.erase(*number);
        }
    }
    m_gone.erase(m_gone.begin(), firstKept);
    std::erase_if(m_order, [this](ClientNumber number) { return !m_clients.contains(number); });
    ++m_shape;
}

std::vector<ClientNumber> ClientStore::busiest(size_t most) const
{
    const auto rateOf = [this](ClientNumber number) {
        const SeenClient &seen = m_clients.find(number)->second;
        return seen.rateIn + seen.rateOut;
    };
    std::vector<ClientNumber> busy;
    std::ranges::copy_if(m_order, std::back_inserter(busy), [&](ClientNumber number) { return rateOf(number) > 0; });
    const size_t count = std::min(most, busy.size());
    std::ranges::partial_sort(busy, busy.begin() + static_cast<std::ptrdiff_t>(count), std::greater(), rateOf);
    busy.resize(count);
    return busy;
}

std::vector<QByteArray> ClientStore::namesBeginningWith(QByteArrayView prefix, size_t most) const
{
    std::vector<QByteArray> found;
    for (const ClientNumber number : m_order) {
        const QByteArrayView name = nameOf(number);
        if (found.size() < most && !name.isEmpty() && name.startsWith(prefix))
            found.push_back(name.toByteArray());
    }
    std::ranges::sort(found);
    return found;
}

} // namespace pigeon
