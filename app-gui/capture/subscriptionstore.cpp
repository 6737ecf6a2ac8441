#include "capture/subscriptionstore.h"

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
}

void SubscriptionStore::replaceAll(const std::vector<SubscriptionChange> &all)
{
    clear();
    for (const SubscriptionChange &change : all)
        apply(change);
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
    if (isNew)
        m_rows.emplace_back();
    m_rows[static_cast<size_t>(place->second)] = {change.client, change.entry, change.identifier, change.when};
    return Change{isNew ? Change::Kind::Added : Change::Kind::Changed, place->second};
}

std::optional<SubscriptionStore::Change> SubscriptionStore::remove(const Key &key)
{
    const auto found = m_rowOf.find(key);
    if (found == m_rowOf.end())
        return std::nullopt;
    const int row = found->second;
    m_rowOf.erase(found);
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
