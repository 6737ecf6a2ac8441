#include "match/matchmodel.h"

#include "look/icons.h"
#include "look/plaintext.h"
#include "look/theme.h"

#include <QBrush>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

QString missText(const NearMiss &miss)
{
    switch (miss.why) {
    case NearMiss::Why::OneLevelDiffers:
        return MatchModel::tr("level %1 is another one").arg(miss.level + 1);
    case NearMiss::Why::LevelCountDiffers:
        return MatchModel::tr("the filter has one level too many or too few");
    case NearMiss::Why::CaseDiffers:
        return MatchModel::tr("differs in upper and lower case alone");
    case NearMiss::Why::DollarTopic:
        return MatchModel::tr("# and + at the begin match no topic that begins with $");
    case NearMiss::Why::NoLocal:
        return MatchModel::tr("it is the publisher's own message, and \"no local\" is set");
    case NearMiss::Why::LeadingSlash:
        return MatchModel::tr("differs in a slash at the begin or the end");
    }
    return {};
}

QByteArray joinedFilters(const MatchedReceiver &receiver)
{
    QByteArray joined;
    for (const QByteArray &filter : receiver.filters)
        joined += (joined.isEmpty() ? "" : ", ") + filter;
    return joined;
}

} // namespace

MatchModel::Row MatchModel::rowOf(const MatchedReceiver &receiver)
{
    Row row{Kind::Gets, receiver.clientId, joinedFilters(receiver), static_cast<int>(receiver.qos), {}};
    QStringList why{receiver.isConnected ? tr("connected") : tr("away: it waits in its queue")};
    if (!receiver.right.isAllowed) {
        row.kind = Kind::Denied;
        why.prepend(receiver.right.rule.isEmpty() ? tr("may not receive it") : receiver.right.rule);
    } else if (!receiver.group.isEmpty()) {
        row.kind = receiver.isNext ? Kind::Gets : Kind::Turn;
        why.prepend(receiver.isNext ? tr("its turn in group %1").arg(plainLine(receiver.group))
                                    : tr("in group %1, another one's turn").arg(plainLine(receiver.group)));
    } else if (!receiver.right.rule.isEmpty()) {
        why.append(receiver.right.rule);
    }
    row.why = why.join(QStringLiteral("; "));
    return row;
}

MatchModel::Row MatchModel::rowOf(const NearMiss &miss)
{
    return {Kind::NearMiss, miss.clientId, miss.filter, noQuality, missText(miss)};
}

QString MatchModel::kindText(Kind kind)
{
    switch (kind) {
    case Kind::Gets:
        return tr("gets it");
    case Kind::Turn:
        return tr("not its turn");
    case Kind::Denied:
        return tr("not allowed");
    case Kind::NearMiss:
        return tr("near miss");
    }
    return {};
}

void MatchModel::setReport(const MatchReport &report)
{
    beginResetModel();
    m_rows.clear();
    for (const MatchedReceiver &receiver : report.receivers)
        m_rows.push_back(rowOf(receiver));
    for (const NearMiss &miss : report.nearMisses)
        m_rows.push_back(rowOf(miss));
    endResetModel();
}

int MatchModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }

int MatchModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant MatchModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Row &row = m_rows[static_cast<size_t>(index.row())];
    if (role == Qt::ToolTipRole)
        return plainTip(data(index, Qt::DisplayRole).toString());
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case Verdict:
            return kindText(row.kind);
        case Client:
            return plainLine(row.client);
        case Filter:
            return plainLine(row.filter);
        case Quality:
            return row.qos == noQuality ? QVariant() : QVariant(row.qos);
        case Why:
            return row.why;
        default:
            return {};
        }
    }
    if (role == Qt::ForegroundRole && index.column() == Verdict) {
        const Tone tone = row.kind == Kind::Gets ? Tone::Good : row.kind == Kind::Denied ? Tone::Bad : Tone::Quiet;
        return QBrush(toneColor(tone, QGuiApplication::palette()));
    }
    return {};
}

QVariant MatchModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    static constexpr std::array names{QT_TR_NOOP("Verdict"), QT_TR_NOOP("Client"), QT_TR_NOOP("By filter"),
        QT_TR_NOOP("QoS"), QT_TR_NOOP("Why")};
    return tr(names[static_cast<size_t>(section)]);
}

} // namespace pigeon
