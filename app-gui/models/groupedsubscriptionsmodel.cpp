#include "models/groupedsubscriptionsmodel.h"

#include "filter/filterterm.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/subscriptionsmodel.h"

#include <QBrush>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace pigeon {

namespace {

using Grouping = SubscriptionGrouping;

const std::array<ColumnFacts, GroupedSubscriptionsModel::ColumnCount> columns{
    ColumnFacts{}, // see nameColumn
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Subscriptions"), QT_TRANSLATE_NOOP("Columns", "How many subscriptions belong together"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Clients"), QT_TRANSLATE_NOOP("Columns", "How many clients have them"), std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Online"), QT_TRANSLATE_NOOP("Columns", "How many of the clients are connected"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "QoS"), QT_TRANSLATE_NOOP("Columns", "The qualities of service that were granted"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Matches/s"),
        QT_TRANSLATE_NOOP("Columns", "Messages a second that the filter matches; of a shared group each goes to one member"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Delivered"),
        QT_TRANSLATE_NOOP("Columns", "Sum of the subscriptions: messages that clients have got since this window began to watch. One that several "
                                     "filters of a client match counts for each; what was unseen is not counted"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Dropped"),
        QT_TRANSLATE_NOOP("Columns", "Sum of the subscriptions: messages that clients did not and will not get, since this window began to watch. "
                                     "One that several filters of a client match counts for each; what was unseen is not counted"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "p95"),
        QT_TRANSLATE_NOOP("Columns", "Of twenty messages lately nineteen were sent (QoS 0) or acknowledged (QoS 1 and 2) sooner than that after "
                                     "they were published, all subscriptions together; at once: as soon as it had come"),
        std::nullopt, true},
};

const ColumnFacts &nameColumn(Grouping grouping)
{
    static const ColumnFacts filter{QT_TRANSLATE_NOOP("Columns", "Filter"),
        QT_TRANSLATE_NOOP("Columns", "Topic filter, without the name of a shared group"), FieldId::Filter};
    static const ColumnFacts client{
        QT_TRANSLATE_NOOP("Columns", "Client id"), QT_TRANSLATE_NOOP("Columns", "Client id"), FieldId::Client};
    static const ColumnFacts shared{QT_TRANSLATE_NOOP("Columns", "Shared group and filter"),
        QT_TRANSLATE_NOOP("Columns", "Of those in a group each message goes to one"), FieldId::Group};
    switch (grouping) {
    case Grouping::Client:
        return client;
    case Grouping::SharedGroup:
        return shared;
    case Grouping::Filter:
        break;
    }
    return filter;
}

QString qualityText(QoS lowest, QoS highest)
{
    const auto number = [](QoS qos) { return QString::number(static_cast<int>(qos)); };
    return lowest == highest ? number(lowest) : number(lowest) + u'\u2013' + number(highest);
}

} // namespace

GroupedSubscriptionsModel::GroupedSubscriptionsModel(const Capture &capture, QObject *parent)
    : RowsModel(FilterView::Subscriptions, columns, parent)
    , m_capture(capture)
    , m_rates(capture)
{
    connect(&capture, &Capture::reset, this, &GroupedSubscriptionsModel::startAnew);
    connect(&capture, &Capture::updated, this, &GroupedSubscriptionsModel::refreshWhenDue);
}

void GroupedSubscriptionsModel::setGrouping(SubscriptionGrouping grouping)
{
    if (std::exchange(m_grouping, grouping) == grouping)
        return;
    m_keys.clear();
    startAnew();
    Q_EMIT headerDataChanged(Qt::Horizontal, Name, Name);
}

QByteArray GroupedSubscriptionsModel::nameOf(const SeenSubscription &subscription) const
{
    switch (m_grouping) {
    case Grouping::Filter:
        return subscription.plainFilter().toByteArray();
    case Grouping::Client:
        return m_capture.clientNames().text(subscription.client).toByteArray();
    case Grouping::SharedGroup:
        return subscription.group().isEmpty() ? QByteArray()
                                              : QByteArrayView(subscription.entry.filter).sliced(qstrlen("$share/")).toByteArray();
    }
    return {};
}

GroupedSubscriptionsModel::Group &GroupedSubscriptionsModel::groupOf(const QByteArray &name)
{
    const auto found = m_keys.constFind(name);
    return m_groups[found != m_keys.cend() ? *found : *m_keys.insert(name, m_next++)];
}

std::vector<RowsModel::Key> GroupedSubscriptionsModel::passing(FilterRun *run, qint64)
{
    m_groups.clear();
    SubscriptionRow row(m_capture.subscriptions(), m_capture.clientNameTable());
    for (int i = 0; i < m_capture.subscriptions().count(); ++i) {
        row.goTo(i);
        const SeenSubscription &subscription = m_capture.subscriptions().at(i);
        if ((m_grouping == Grouping::SharedGroup && subscription.group().isEmpty()) || (run && !run->passes(row)))
            continue;
        const QByteArray name = nameOf(subscription);
        Group &group = groupOf(name);
        if (group.subscriptions++ == 0) {
            group.name = name;
            group.filter = m_grouping == Grouping::Client ? QByteArray() : subscription.plainFilter().toByteArray();
            group.shared = m_grouping == Grouping::SharedGroup ? subscription.group().toByteArray() : QByteArray();
        }
        add(group, subscription);
    }
    m_keys.removeIf([this](const auto &each) { return !m_groups.contains(each.value()); });
    std::vector<Key> keys;
    keys.reserve(m_groups.size());
    for (auto &[key, group] : m_groups) {
        count(group);
        keys.push_back(key);
    }
    std::ranges::sort(keys); // as they came
    return keys;
}

void GroupedSubscriptionsModel::add(Group &group, const SeenSubscription &subscription)
{
    group.clients.push_back(subscription.client);
    group.lowest = std::min(group.lowest, subscription.entry.maximumQoS);
    group.highest = std::max(group.highest, subscription.entry.maximumQoS);
    group.delivered += subscription.counts->delivered();
    group.dropped += subscription.counts->dropped();
    if (const Latencies *latencies = subscription.counts->latencies())
        group.measured.push_back(latencies);
}

/// The merged histogram is needed for a moment only: of very many groups half a kilobyte each would be much.
void GroupedSubscriptionsModel::mergeLatencies(Group &group)
{
    Latencies all;
    for (const Latencies *each : std::exchange(group.measured, {}))
        all.add(*each);
    group.latency = all.below(0.95);
}

void GroupedSubscriptionsModel::count(Group &group) const
{
    mergeLatencies(group);
    std::ranges::sort(group.clients);
    const auto again = std::ranges::unique(group.clients);
    group.clients.erase(again.begin(), again.end());
    group.online = static_cast<int>(std::ranges::count_if(group.clients, [this](ClientNumber number) {
        const SeenClient *client = m_capture.clients().find(number);
        return client && client->state == ClientState::Online;
    }));
}

const GroupedSubscriptionsModel::Group *GroupedSubscriptionsModel::find(Key key) const
{
    const auto found = m_groups.find(key);
    return found == m_groups.end() ? nullptr : &found->second;
}

QString GroupedSubscriptionsModel::termAt(int row) const
{
    const Group *group = find(keyAt(row));
    if (!group)
        return {};
    const auto term = [](FieldId field, const QByteArray &value) {
        return filterTerm(field, FilterView::Subscriptions, QString::fromUtf8(value));
    };
    switch (m_grouping) {
    case Grouping::Filter:
        return term(FieldId::Filter, group->filter);
    case Grouping::Client:
        return term(FieldId::Client, group->name);
    case Grouping::SharedGroup:
        return joinFilter(term(FieldId::Group, group->shared), term(FieldId::Filter, group->filter), FilterJoin::And,
            FilterView::Subscriptions);
    }
    return {};
}

QByteArray GroupedSubscriptionsModel::clientAt(int row) const
{
    const Group *group = m_grouping == Grouping::Client ? find(keyAt(row)) : nullptr;
    return group ? group->name : QByteArray();
}

double GroupedSubscriptionsModel::numberOf(const Group &group, int column) const
{
    switch (column) {
    case Subscriptions:
        return group.subscriptions;
    case Clients:
        return static_cast<double>(group.clients.size());
    case Online:
        return group.online;
    case Quality:
        return static_cast<double>(group.highest) * 4 + static_cast<double>(group.lowest);
    case Rate: // filters of one client overlap: their rates are no sum
        return m_grouping == Grouping::Client ? 0 : m_rates.of(group.filter);
    case Delivered:
        return static_cast<double>(group.delivered);
    case Dropped:
        return static_cast<double>(group.dropped);
    case Latency:
        return static_cast<double>(group.latency);
    default:
        return 0;
    }
}

SortKey GroupedSubscriptionsModel::sortKey(Key key, int column) const
{
    const Group *group = find(key);
    if (!group)
        return {};
    return column == Name ? SortKey{0, group->name} : SortKey{numberOf(*group, column), {}};
}

QVariant GroupedSubscriptionsModel::shown(const Group &group, int column) const
{
    switch (column) {
    case Name:
        return plainLine(group.name);
    case Quality:
        return qualityText(group.lowest, group.highest);
    case Rate:
        return rateOrNothing(numberOf(group, Rate));
    case Delivered:
        return countOrNothing(group.delivered);
    case Dropped:
        return countOrNothing(group.dropped);
    case Latency:
        return deliveryTimeText(group.latency);
    default:
        return countText(static_cast<quint64>(numberOf(group, column)));
    }
}

const ColumnFacts &GroupedSubscriptionsModel::factsOf(int section) const
{
    return section == Name ? nameColumn(m_grouping) : column(section);
}

QVariant GroupedSubscriptionsModel::cell(const QModelIndex &index, int role) const
{
    if (role == Qt::ForegroundRole && index.column() == Dropped)
        return QBrush(toneColor(Tone::Bad, QGuiApplication::palette()));
    const Group *group = role == Qt::DisplayRole ? find(keyAt(index.row())) : nullptr;
    return group ? shown(*group, index.column()) : QVariant();
}

QVariant GroupedSubscriptionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return section == Name && orientation == Qt::Horizontal ? columnHeader(std::span(&nameColumn(m_grouping), 1), 0, orientation, role)
                                                            : RowsModel::headerData(section, orientation, role);
}

} // namespace pigeon
