#include "capture/subscriptionstore.h"

#include "capture/rowlog.h"

namespace pigeon {

namespace {

constexpr QByteArrayView sharePrefix = "$share/";

} // namespace

QByteArrayView SeenSubscription::group() const
{
    const QByteArrayView filter = entry.filter;
    if (!filter.startsWith(sharePrefix))
        return {};
    const qsizetype end = filter.indexOf('/', sharePrefix.size());
    return end < 0 ? QByteArrayView() : filter.sliced(sharePrefix.size(), end - sharePrefix.size());
}

QByteArrayView SeenSubscription::plainFilter() const
{
    const QByteArrayView name = group();
    return name.isEmpty() ? QByteArrayView(entry.filter)
                          : QByteArrayView(entry.filter).sliced(sharePrefix.size() + name.size() + 1);
}

void SubscriptionStore::clear()
{
    m_rows.clear();
    m_rowOf.clear();
    ++m_shape;
    m_versions.clear();
    m_memo.clear();
    m_measured = 0;
}

void SubscriptionStore::replaceAll(const std::vector<SubscriptionChange> &all)
{
    std::map<Key, std::unique_ptr<DeliveryCounts>> before;
    for (SeenSubscription &each : m_rows)
        before.emplace(Key{each.client, each.entry.filter}, std::move(each.counts));
    clear();
    for (const SubscriptionChange &change : all) {
        apply(change);
        const auto counted = before.find({change.client, change.entry.filter});
        if (counted == before.end() || !counted->second)
            continue;
        m_measured += counted->second->latencies() ? 1 : 0;
        m_rows[static_cast<size_t>(m_rowOf.at(counted->first))].counts = std::move(counted->second);
    }
}

std::vector<SubscriptionStore::Change> SubscriptionStore::apply(const std::vector<SubscriptionChange> &changes)
{
    std::vector<Change> done;
    for (const SubscriptionChange &change : changes) {
        if (const std::optional<Change> each = apply(change))
            done.push_back(*each);
    }
    return done;
}

std::optional<SubscriptionStore::Change> SubscriptionStore::apply(const SubscriptionChange &change)
{
    const Key key{change.client, change.entry.filter};
    if (!change.isAdded)
        return remove(key);
    const auto [place, isNew] = m_rowOf.try_emplace(key, count());
    if (isNew) {
        m_rows.emplace_back().counts = std::make_unique<DeliveryCounts>(change.when);
        m_versions[change.client] = ++m_lastVersion;
    }
    SeenSubscription &row = m_rows[static_cast<size_t>(place->second)]; // made once more, it goes on counting
    row.client = change.client;
    row.entry = change.entry;
    row.identifier = change.identifier;
    row.since = change.when;
    return Change{isNew ? Change::Kind::Added : Change::Kind::Changed, place->second};
}

std::optional<SubscriptionStore::Change> SubscriptionStore::remove(const Key &key)
{
    const auto found = m_rowOf.find(key);
    if (found == m_rowOf.end())
        return std::nullopt;
    const int row = found->second;
    m_measured -= at(row).counts->latencies() ? 1 : 0;
    m_rowOf.erase(found);
    if (isBegun({key.first, {}}))
        m_versions[key.first] = ++m_lastVersion;
    else
        m_versions.erase(key.first);
    if (row + 1 < count()) {
        m_rows[static_cast<size_t>(row)] = std::move(m_rows.back());
        m_rowOf[{at(row).client, at(row).entry.filter}] = row;
    }
    m_rows.pop_back();
    return Change{Change::Kind::Removed, row};
}

std::vector<int> SubscriptionStore::rowsOf(ClientNumber client) const
{
    std::vector<int> rows;
    for (auto each = m_rowOf.lower_bound({client, {}}); each != m_rowOf.end() && each->first.first == client; ++each)
        rows.push_back(each->second);
    return rows;
}

void SubscriptionStore::add(const DeliveryEnd &end)
{
    const auto version = end.receiver == 0 ? m_versions.end() : m_versions.find(end.receiver);
    if (version == m_versions.end() || end.topicName.isEmpty())
        return;
    for (DeliveryCounts *counts : matchesOf(end, version->second)) {
        if (!counts->latencies() && end.latency >= 0 && m_measured < maximumMeasured) {
            counts->measure();
            ++m_measured;
        }
        counts->add(end);
    }
}

/// Good until the next call.
MatchMemo::Matches SubscriptionStore::matchesOf(const DeliveryEnd &end, quint64 version)
{
    if (end.topic != 0) {
        if (const std::optional<MatchMemo::Matches> known = m_memo.find(version, end.topic))
            return *known;
    }
    m_found.clear();
    collect(end.receiver, end.topicName);
    if (end.topic != 0)
        m_memo.remember(version, end.topic, m_found);
    return m_found;
}

/// In the order of m_rowOf the filters of a client are a tree: what begins with the same levels lies together. So it costs
/// a few searches however many there are.
void SubscriptionStore::collect(ClientNumber client, QByteArrayView topic)
{
    if (!topic.startsWith(sharePrefix)) // as a filter it would not be that topic
        collectBelow({client, {}}, topic, 0);
    auto share = m_rowOf.lower_bound({client, sharePrefix.toByteArray()});
    while (share != m_rowOf.end() && share->first.first == client && share->first.second.startsWith(sharePrefix)) {
        QByteArray group = share->first.second;
        group.truncate(group.indexOf('/', sharePrefix.size()) + 1);
        collectBelow({client, group}, topic, 0);
        group.back() = '/' + 1; // behind all of this group
        share = m_rowOf.lower_bound({client, group});
    }
}

/// The filters that begin with `prefix`, which ends with a slash or is empty, and match the topic from there on (4.7).
void SubscriptionStore::collectBelow(const Key &prefix, QByteArrayView topic, qsizetype at)
{
    const qsizetype slash = topic.indexOf('/', at);
    const bool isLast = slash < 0;
    const QByteArrayView own = topic.sliced(at, (isLast ? topic.size() : slash) - at);
    const auto collectLevel = [&](QByteArrayView level) {
        Key filter{prefix.first, prefix.second + level.toByteArray()};
        if (isLast)
            collectOne(filter);
        filter.second += '/';
        if (!isBegun(filter))
            return;
        if (isLast)
            collectOne({filter.first, filter.second + '#'}); // takes its parent, 4.7.1.2
        else
            collectBelow(filter, topic, slash + 1);
    };
    collectLevel(own);
    if (at == 0 && own.startsWith('$')) // wildcards stand for no such level there, 4.7.2
        return;
    collectLevel("+");
    collectOne({prefix.first, prefix.second + '#'});
}

void SubscriptionStore::collectOne(const Key &filter)
{
    if (const auto found = m_rowOf.find(filter); found != m_rowOf.end())
        m_found.push_back(at(found->second).counts.get());
}

bool SubscriptionStore::isBegun(const Key &prefix) const
{
    const auto found = m_rowOf.lower_bound(prefix);
    return found != m_rowOf.end() && found->first.first == prefix.first && found->first.second.startsWith(prefix.second);
}

double SubscriptionRow::number(FieldId field) const
{
    const SeenSubscription &seen = m_store.at(m_row);
    switch (field) {
    case FieldId::QoS:
        return static_cast<double>(seen.entry.maximumQoS);
    case FieldId::NoLocal:
        return seen.entry.noLocal;
    case FieldId::RetainAsPublished:
        return seen.entry.retainAsPublished;
    case FieldId::RetainHandling:
        return static_cast<double>(seen.entry.retainHandling);
    case FieldId::Identifier:
        return seen.identifier == 0 ? absent : seen.identifier;
    case FieldId::Delivered:
        return static_cast<double>(seen.counts->delivered());
    case FieldId::Dropped:
        return static_cast<double>(seen.counts->dropped());
    case FieldId::Latency:
        return seen.counts->p95() < 0 ? absent : asMilliseconds(seen.counts->p95());
    default:
        return absent;
    }
}

QByteArrayView SubscriptionRow::text(FieldId field) const
{
    const SeenSubscription &seen = m_store.at(m_row);
    switch (field) {
    case FieldId::Filter:
        return seen.plainFilter();
    case FieldId::Client:
        return m_clients->text(seen.client);
    case FieldId::Group:
        return seen.group();
    default:
        return {};
    }
}

quint32 SubscriptionRow::nameOf(FieldId field) const
{
    return field == FieldId::Client ? m_store.at(m_row).client : noName;
}

} // namespace pigeon
