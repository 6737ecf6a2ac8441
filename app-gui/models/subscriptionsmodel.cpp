#include "models/subscriptionsmodel.h"

#include "capture/rowlog.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/clientsmodel.h"

#include <QBrush>
#include <QDateTime>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

const std::array<ColumnFacts, SubscriptionsModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Filter"),
        QT_TRANSLATE_NOOP("Columns", "Topic filter, without the name of a shared group"), FieldId::Filter},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Shared group"),
        QT_TRANSLATE_NOOP("Columns", "Of those in a group each message goes to one"), FieldId::Group},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Client id"), QT_TRANSLATE_NOOP("Columns", "Client id"), FieldId::Client},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "QoS"), QT_TRANSLATE_NOOP("Columns", "The highest quality of service that was granted"),
        FieldId::QoS, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Matches/s"),
        QT_TRANSLATE_NOOP("Columns", "Messages a second that the filter matches; of a shared group each goes to one member"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Delivered"),
        QT_TRANSLATE_NOOP("Columns", "Messages that its client has got since this window began to watch: sent at QoS 0, acknowledged above. One that "
                                     "several filters of the client match counts for each; what was unseen is not counted"),
        FieldId::Delivered, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Dropped"),
        QT_TRANSLATE_NOOP("Columns", "Messages that its client did not and will not get, since this window began to watch. One that several "
                                     "filters of the client match counts for each; what was unseen is not counted"),
        FieldId::Dropped, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "p95"),
        QT_TRANSLATE_NOOP("Columns", "Of twenty messages lately nineteen were sent (QoS 0) or acknowledged (QoS 1 and 2) sooner than that after "
                                     "they were published; at once: as soon as it had come"),
        FieldId::Latency, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "No local"),
        QT_TRANSLATE_NOOP("Columns", "The client does not get what it publishes itself"), FieldId::NoLocal},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Retain as published"),
        QT_TRANSLATE_NOOP("Columns", "The retain flag comes as it was published"), FieldId::RetainAsPublished},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Retained"),
        QT_TRANSLATE_NOOP("Columns", "When retained messages are sent: always when it subscribes, when the subscription is new, never"),
        FieldId::RetainHandling},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Identifier"), QT_TRANSLATE_NOOP("Columns", "Subscription identifier"),
        FieldId::Identifier, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Since"),
        QT_TRANSLATE_NOOP("Columns", "How long ago it was made; empty: before the window watched"), std::nullopt, true},
};

QString handlingText(RetainHandling handling)
{
    switch (handling) {
    case RetainHandling::SendAlways:
        return SubscriptionsModel::tr("always");
    case RetainHandling::SendIfNew:
        return SubscriptionsModel::tr("new");
    case RetainHandling::DoNotSend:
        return SubscriptionsModel::tr("never");
    }
    return {};
}

qint64 nowNanoseconds() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

} // namespace

/// What the broker does with a message in one turn has one time: less than the first step is not measured.
QString deliveryTimeText(qint64 nanoseconds)
{
    return nanoseconds >= 0 && nanoseconds <= Latencies::beginOf(1) ? SubscriptionsModel::tr("at once")
                                                                   : latencyOrNothing(std::chrono::nanoseconds(nanoseconds));
}

SubscriptionsModel::SubscriptionsModel(const Capture &capture, QObject *parent)
    : StoreRowsModel(FilterView::Subscriptions, columns, parent)
    , m_capture(capture)
    , m_rates(capture)
{
    connect(&capture, &Capture::reset, this, &SubscriptionsModel::begin);
    connect(&capture, &Capture::subscriptionsChanged, this,
        [this](const std::vector<SubscriptionStore::Change> &changes) { m_mirror.apply(changes); });
    connect(&capture, &Capture::updated, this, &SubscriptionsModel::refreshWhenDue);
    begin();
}

void SubscriptionsModel::begin()
{
    m_mirror.reset(m_capture.subscriptions().count());
    startAnew();
}

void SubscriptionsModel::beginPass(qint64)
{
    m_row = std::make_unique<SubscriptionRow>(m_capture.subscriptions(), m_capture.clientNameTable());
}

bool SubscriptionsModel::passes(int storeRow, FilterRun &run)
{
    m_row->goTo(storeRow);
    return run.passes(*m_row);
}

const SeenSubscription *SubscriptionsModel::seen(int row) const
{
    const int storeRow = m_mirror.rowOf(keyAt(row));
    return storeRow < 0 ? nullptr : &m_capture.subscriptions().at(storeRow);
}

QByteArray SubscriptionsModel::clientAt(int row) const
{
    const SeenSubscription *subscription = seen(row);
    return subscription ? m_capture.clientNames().text(subscription->client).toByteArray() : QByteArray();
}

QVariant SubscriptionsModel::shown(const SeenSubscription &subscription, int column) const
{
    switch (column) {
    case Filter:
        return plainLine(subscription.plainFilter());
    case Group:
        return plainLine(subscription.group());
    case Client:
        return plainLine(m_capture.clientNames().text(subscription.client));
    case Quality:
        return QString::number(static_cast<int>(subscription.entry.maximumQoS));
    case Rate:
        return rateOrNothing(m_rates.of(subscription.plainFilter()));
    case Delivered:
        return countOrNothing(subscription.counts->delivered());
    case Dropped:
        return countOrNothing(subscription.counts->dropped());
    case Latency:
        return deliveryTimeText(subscription.counts->p95());
    case NoLocal:
        return subscription.entry.noLocal ? tr("yes") : QString();
    case AsPublished:
        return subscription.entry.retainAsPublished ? tr("yes") : QString();
    case Handling:
        return handlingText(subscription.entry.retainHandling);
    case Identifier:
        return subscription.identifier == 0 ? QString() : QString::number(subscription.identifier);
    case Since:
        return agoText(subscription.since, nowNanoseconds());
    default:
        return {};
    }
}

QVariant SubscriptionsModel::filterValue(const SeenSubscription &subscription, int column) const
{
    switch (column) {
    case Filter:
        return QString::fromUtf8(subscription.plainFilter());
    case Group:
        return QString::fromUtf8(subscription.group());
    case Client:
        return QString::fromUtf8(m_capture.clientNames().text(subscription.client));
    case Quality:
        return double(subscription.entry.maximumQoS);
    case Delivered:
        return double(subscription.counts->delivered());
    case Dropped:
        return double(subscription.counts->dropped());
    case Latency:
        return subscription.counts->p95() < 0 ? QVariant() : asMilliseconds(subscription.counts->p95());
    case NoLocal:
        return subscription.entry.noLocal ? 1.0 : 0.0;
    case AsPublished:
        return subscription.entry.retainAsPublished ? 1.0 : 0.0;
    case Handling:
        return double(subscription.entry.retainHandling);
    case Identifier:
        return double(subscription.identifier);
    default:
        return {};
    }
}

SortKey SubscriptionsModel::sortKey(Key key, int column) const
{
    const int storeRow = m_mirror.rowOf(key);
    if (storeRow < 0)
        return {};
    const SeenSubscription &subscription = m_capture.subscriptions().at(storeRow);
    if (column == Since)
        return {-double(subscription.since), {}};
    if (column == Rate)
        return {m_rates.of(subscription.plainFilter()), {}};
    const QVariant value = filterValue(subscription, column);
    return value.typeId() == QMetaType::Double ? SortKey{value.toDouble(), {}} : SortKey{0, value.toString().toUtf8()};
}

QVariant SubscriptionsModel::cell(const QModelIndex &index, int role) const
{
    const SeenSubscription *subscription = seen(index.row());
    if (!subscription)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return shown(*subscription, index.column());
    case FilterValueRole:
        return filterValue(*subscription, index.column());
    case Qt::ForegroundRole:
        return index.column() == Dropped ? QBrush(toneColor(Tone::Bad, QGuiApplication::palette())) : QVariant();
    default:
        return {};
    }
}

} // namespace pigeon
