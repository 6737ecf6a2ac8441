#include "models/retainedmodel.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "models/cellroles.h"
#include "models/clientsmodel.h"
#include "models/messagesmodel.h"

#include <QDateTime>

namespace pigeon {

namespace {

const std::array<ColumnFacts, RetainedModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Topic"), QT_TRANSLATE_NOOP("Columns", "Topic"), FieldId::Topic},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Size"), QT_TRANSLATE_NOOP("Columns", "Bytes of the payload"), FieldId::Size, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Age"), QT_TRANSLATE_NOOP("Columns", "How long ago it was set"), FieldId::Age, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Expires"), QT_TRANSLATE_NOOP("Columns", "When it goes by itself; empty: never"),
        FieldId::Expiry, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "QoS"), QT_TRANSLATE_NOOP("Columns", "Quality of service it was published with"),
        FieldId::QoS, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "From"), QT_TRANSLATE_NOOP("Columns", "Client that published it"), FieldId::From},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Payload"), QT_TRANSLATE_NOOP("Columns", "The begin of the payload"), FieldId::Payload},
};

QVariant shown(const SeenRetained &retained, int column)
{
    const Message *message = retained.message.get();
    const auto now = std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch());
    switch (column) {
    case RetainedModel::Topic:
        return plainLine(retained.topic);
    case RetainedModel::Age:
        return agoText(retained.setAt, now.count() * 1'000'000);
    case RetainedModel::Size:
        return message ? bytesText(static_cast<quint64>(message->payload().size())) : QString();
    case RetainedModel::Expiry: {
        const std::optional<qint64> left = message ? message->secondsLeft(now) : std::nullopt;
        return left ? RetainedModel::tr("in %1").arg(ageText(std::chrono::seconds(*left))) : QString();
    }
    case RetainedModel::Quality:
        return message ? QString::number(static_cast<int>(message->qos())) : QString();
    case RetainedModel::From:
        if (!message || !message->origin())
            return {};
        return message->origin()->clientId.isEmpty() ? RetainedModel::tr("(broker)") : plainLine(message->origin()->clientId);
    case RetainedModel::Payload:
        return message ? payloadPreview(message->payload()) : RetainedModel::tr("(payload not kept: too much at once)");
    default:
        return {};
    }
}

QVariant filterValue(const SeenRetained &retained, int column)
{
    const Message *message = retained.message.get();
    switch (column) {
    case RetainedModel::Topic:
        return QString::fromUtf8(retained.topic);
    case RetainedModel::Size:
        return message ? QVariant(double(message->payload().size())) : QVariant();
    case RetainedModel::Quality:
        return message ? QVariant(double(message->qos())) : QVariant();
    case RetainedModel::From:
        return message && message->origin() ? QVariant(QString::fromUtf8(message->origin()->clientId)) : QVariant();
    default:
        return {};
    }
}

} // namespace

RetainedModel::RetainedModel(const Capture &capture, QObject *parent)
    : StoreRowsModel(FilterView::Retained, columns, parent)
    , m_capture(capture)
{
    connect(&capture, &Capture::reset, this, &RetainedModel::begin);
    connect(&capture, &Capture::retainedChanged, this, [this](const std::vector<RetainedStore::Change> &changes) {
        m_mirror.apply(changes);
        refreshWhenDue(); // pages of what was there come outside of batches
    });
    connect(&capture, &Capture::updated, this, &RetainedModel::refreshWhenDue);
    begin();
}

void RetainedModel::setFrozen(bool isFrozen)
{
    m_then.clear();
    for (int row = 0; isFrozen && row < rowCount(); ++row) {
        if (const SeenRetained *retained = seen(row))
            m_then.emplace(keyAt(row), *retained);
    }
    StoreRowsModel::setFrozen(isFrozen);
}

void RetainedModel::begin()
{
    m_then.clear();
    m_mirror.reset(m_capture.retained().count());
    startAnew();
}

void RetainedModel::beginPass(qint64 now) { m_row = std::make_unique<RetainedRow>(m_capture.retained(), now); }

bool RetainedModel::passes(int storeRow, FilterRun &run)
{
    m_row->goTo(storeRow);
    return run.passes(*m_row);
}

const SeenRetained *RetainedModel::seen(int row) const { return seenOf(keyAt(row)); }

const SeenRetained *RetainedModel::seenOf(Key key) const
{
    if (const auto then = m_then.find(key); then != m_then.end())
        return &then->second;
    const int storeRow = m_mirror.rowOf(key);
    return storeRow < 0 ? nullptr : &m_capture.retained().at(storeRow);
}

SortKey RetainedModel::sortKey(Key key, int column) const
{
    const int storeRow = m_mirror.rowOf(key);
    if (storeRow < 0)
        return {};
    const SeenRetained &retained = m_capture.retained().at(storeRow);
    if (column == Topic)
        return {retained.topic.startsWith('$') ? 1.0 : 0.0, retained.topic}; // what the broker says of itself comes last
    if (column == Age)
        return {-double(retained.setAt), {}};
    const QVariant value = filterValue(retained, column);
    if (value.typeId() == QMetaType::Double)
        return {value.toDouble(), {}};
    return {0, shown(retained, column).toString().toUtf8()};
}

QVariant RetainedModel::cell(const QModelIndex &index, int role) const
{
    const SeenRetained *retained = seen(index.row());
    if (!retained)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return shown(*retained, index.column());
    case Qt::ToolTipRole:
        return index.column() == Topic ? plainTip(shown(*retained, Topic).toString()) : QVariant();
    case FilterValueRole:
        return filterValue(*retained, index.column());
    default:
        return {};
    }
}

} // namespace pigeon
