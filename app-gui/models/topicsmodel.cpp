#include "models/topicsmodel.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/clientsmodel.h"
#include "models/messagesmodel.h"

#include <QBrush>
#include <QDateTime>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

using Node = TopicStore::Node;

constexpr size_t columnCountOfTopics = static_cast<size_t>(TopicColumn::Count);
// New topics are laid out five times a second at most: an expanded tree of 100 000 rows needs 10 ms each time.
constexpr qint64 millisecondsBetweenTopics = 200;
constexpr qint64 askingMilliseconds = 8; // half a frame

const std::array<ColumnFacts, columnCountOfTopics> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Topic"), QT_TRANSLATE_NOOP("Columns", "Topic, or a level that topics have in common"),
        FieldId::Topic},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Value"), QT_TRANSLATE_NOOP("Columns", "The begin of the last payload"), FieldId::Payload},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Messages"),
        QT_TRANSLATE_NOOP("Columns", "Messages of the topic and of all below it"), FieldId::Messages, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Rate"), QT_TRANSLATE_NOOP("Columns", "Messages a second, with all below it"),
        FieldId::Rate, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Bytes/s"), QT_TRANSLATE_NOOP("Columns", "Bytes of payloads a second, with all below it"),
        std::nullopt, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Age"), QT_TRANSLATE_NOOP("Columns", "Since the last message, of it or below it"),
        FieldId::Age, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "R"),
        QT_TRANSLATE_NOOP("Columns", "R: it has a retained message; a number: so many are below it"), FieldId::Retain},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Pubs"), QT_TRANSLATE_NOOP("Columns", "Clients that have published there"),
        FieldId::Publishers, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Subs"), QT_TRANSLATE_NOOP("Columns", "Clients that the last message was for"),
        FieldId::Subscribers, true},
};

qint64 nowNanoseconds() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

QString retainedText(const TopicFacts &facts)
{
    const quint32 below = facts.retainedBelow - (facts.isRetained ? 1 : 0);
    const QString own = facts.isRetained ? QStringLiteral("R") : QString();
    return below == 0 ? own : own + QStringLiteral(" +%1").arg(below);
}

QString valueText(const TopicFacts &facts)
{
    if (facts.last)
        return payloadPreview(facts.last->payload().first(std::min<qsizetype>(facts.last->payload().size(), 160)));
    return facts.messages > 0 ? TopicTreeModel::tr("(payload not kept: too much at once)") : QString();
}

QVariant shown(const TopicStore &store, Node node, TopicColumn column)
{
    const TopicFacts &facts = store.factsOf(node);
    switch (column) {
    case TopicColumn::Topic: {
        const QString level = plainLine(store.levelOf(node), 200);
        return level.isEmpty() ? TopicTreeModel::tr("(empty level)") : level;
    }
    case TopicColumn::Value:
        return valueText(facts);
    case TopicColumn::Messages:
        return countText(facts.messagesBelow);
    case TopicColumn::Rate:
        return rateOrNothing(double(facts.rate));
    case TopicColumn::ByteRate:
        return facts.byteRate < 1 ? QString() : bytesText(static_cast<quint64>(facts.byteRate));
    case TopicColumn::Age:
        return agoText(facts.lastAt, nowNanoseconds());
    case TopicColumn::Retained:
        return retainedText(facts);
    case TopicColumn::Publishers:
        return facts.publishers.empty() ? QString() : QString::number(facts.publishers.size());
    case TopicColumn::Subscribers:
        return facts.messages > 0 ? QString::number(facts.lastReceivers) : QString();
    case TopicColumn::Count:
        break;
    }
    return {};
}

double numberOf(const TopicFacts &facts, TopicColumn column)
{
    switch (column) {
    case TopicColumn::Messages:
        return double(facts.messagesBelow);
    case TopicColumn::Rate:
        return double(facts.rate);
    case TopicColumn::ByteRate:
        return double(facts.byteRate);
    case TopicColumn::Age:
        return -double(facts.lastAt);
    case TopicColumn::Retained:
        return double(facts.retainedBelow);
    case TopicColumn::Publishers:
        return double(facts.publishers.size());
    case TopicColumn::Subscribers:
        return double(facts.lastReceivers);
    default:
        return 0;
    }
}

QVariant filterValue(const TopicStore &store, Node node, TopicColumn column)
{
    switch (column) {
    case TopicColumn::Topic:
        return QString::fromUtf8(store.topicOf(node));
    case TopicColumn::Retained:
        return store.factsOf(node).isRetained ? 1.0 : 0.0;
    case TopicColumn::Value:
    case TopicColumn::Age:
    case TopicColumn::ByteRate:
        return {};
    default:
        return numberOf(store.factsOf(node), column);
    }
}

SortKey sortKeyOf(const TopicStore &store, Node node, TopicColumn column)
{
    if (column == TopicColumn::Topic) {
        const QByteArray topic = store.topicOf(node);
        return {topic.startsWith('$') ? 1.0 : 0.0, topic}; // what the broker says of itself comes last
    }
    return column == TopicColumn::Value ? SortKey{0, valueText(store.factsOf(node)).toUtf8()} : SortKey{numberOf(store.factsOf(node), column), {}};
}

QVariant cellOf(const TopicStore &store, Node node, TopicColumn column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return shown(store, node, column);
    case Qt::ToolTipRole:
        return column == TopicColumn::Topic ? QVariant(plainTip(plainLine(store.topicOf(node)))) : QVariant();
    case CopyRole:
        return column == TopicColumn::Topic ? QVariant(QString::fromUtf8(store.topicOf(node))) : QVariant();
    case SortRole:
        return QVariant::fromValue(sortKeyOf(store, node, column));
    case FilterValueRole:
        return filterValue(store, node, column);
    case Qt::ForegroundRole:
        if (column == TopicColumn::Retained)
            return QBrush(toneColor(Tone::Accent, QGuiApplication::palette()));
        if (column == TopicColumn::Topic && !store.factsOf(node).isTopic)
            return QBrush(toneColor(Tone::Quiet, QGuiApplication::palette()));
        return {};
    default:
        return columnData(columns[static_cast<size_t>(column)], role);
    }
}

} // namespace

TopicTreeModel::TopicTreeModel(Capture &capture, QObject *parent)
    : QAbstractItemModel(parent)
    , m_capture(capture)
{
    m_asking.callOnTimeout(this, &TopicTreeModel::askCells);
    connect(&capture, &Capture::reset, this, &TopicTreeModel::startAnew);
    connect(&capture, &Capture::updated, this, &TopicTreeModel::takeNew);
    connect(&capture, &Capture::retainedChanged, this, &TopicTreeModel::takeNew);
    startAnew();
}

TopicTreeModel::~TopicTreeModel()
{
    if (&m_capture.topics() == m_store)
        m_store->setWatcher(nullptr);
}

void TopicTreeModel::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_still->setFrozen(isFrozen);
    m_asked = TopicStore::root;
    if (isFrozen)
        m_asking.start(0);
}

void TopicTreeModel::askCells()
{
    QElapsedTimer spent;
    spent.start();
    while (m_isFrozen && m_asked + 1 < m_store->end() && !m_still->isFull()) {
        if (spent.elapsed() >= askingMilliseconds)
            return;
        ++m_asked;
        for (int column = 1; column < columnCount(); ++column)
            m_still->askAll(m_asked, column, [&](int role) { return cellOf(*m_store, m_asked, static_cast<TopicColumn>(column), role); });
    }
    m_asking.stop();
}

void TopicTreeModel::startAnew()
{
    m_still->clear();
    m_asked = TopicStore::root;
    beginResetModel();
    m_store = &m_capture.topics();
    m_store->setWatcher(nullptr);
    m_store->showNew();
    m_store->setWatcher(this);
    endResetModel();
}

void TopicTreeModel::takeNew()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (m_isFrozen || now < m_notBefore)
        return;
    m_store->showNew();
    m_notBefore = now + millisecondsBetweenTopics;
}

void TopicTreeModel::aboutToInsert(quint32 parent, int first, int last) { beginInsertRows(indexOf(parent), first, last); }
void TopicTreeModel::inserted() { endInsertRows(); }
void TopicTreeModel::aboutToReset() { beginResetModel(); }
void TopicTreeModel::reset() { endResetModel(); }

Node TopicTreeModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node>(index.internalId()) : TopicStore::root;
}

QModelIndex TopicTreeModel::indexOf(Node node) const
{
    if (node == TopicStore::root || node == TopicStore::noNode)
        return {};
    const int row = m_store->rowOf(node);
    return row < 0 ? QModelIndex() : createIndex(row, 0, static_cast<quintptr>(node));
}

QModelIndex TopicTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node node = nodeAt(parent);
    if (row < 0 || row >= m_store->childCount(node) || column < 0 || column >= int(columnCountOfTopics))
        return {};
    return createIndex(row, column, static_cast<quintptr>(m_store->childAt(node, row)));
}

QModelIndex TopicTreeModel::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(m_store->parentOf(nodeAt(index))) : QModelIndex();
}

int TopicTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : m_store->childCount(nodeAt(parent));
}

int TopicTreeModel::columnCount(const QModelIndex &) const { return columnCountOfTopics; }

QVariant TopicTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node node = nodeAt(index);
    const auto column = static_cast<TopicColumn>(index.column());
    const auto ask = [&] { return cellOf(*m_store, node, column, role); };
    if (column == TopicColumn::Topic || columnData(columns[size_t(index.column())], role).isValid())
        return ask(); // always the same
    const QVariant said = m_still->answer(node, index.column(), role, ask);
    return role == Qt::ToolTipRole ? m_still->withMoment(said, node, index.column()) : said;
}

QVariant TopicTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return columnHeader(columns, section, orientation, role);
}

TopicListModel::TopicListModel(const Capture &capture, const std::shared_ptr<StillCells> &still, QObject *parent)
    : StoreRowsModel(FilterView::Topics, columns, parent)
    , m_capture(capture)
{
    shareStill(still);
    connect(&capture, &Capture::reset, this, &TopicListModel::startAnew);
    connect(&capture, &Capture::updated, this, [this] {
        if (m_isShown)
            refreshWhenDue();
    });
}

void TopicListModel::setShown(bool isShown)
{
    m_isShown = isShown;
    refresh();
}

void TopicListModel::setOnly(const std::vector<TopicStore::Node> &nodes)
{
    m_only.emplace(nodes.begin(), nodes.end());
    setFilter(compileFilter({}, FilterView::Topics).program); // so that passes() is asked
}

void TopicListModel::beginPass(qint64 now) { m_row = std::make_unique<TopicRow>(m_capture.topics(), now); }

bool TopicListModel::passes(int storeRow, FilterRun &run)
{
    const auto node = static_cast<Node>(storeRow);
    if (m_isShown && m_only)
        return m_only->contains(node);
    if (!m_isShown || !m_capture.topics().factsOf(node).isTopic)
        return false;
    m_row->goTo(node);
    return run.passes(*m_row);
}

SortKey TopicListModel::sortKey(Key key, int column) const
{
    const auto node = static_cast<Node>(key);
    if (node >= m_capture.topics().end())
        return {};
    return sortKeyOf(m_capture.topics(), node, static_cast<TopicColumn>(column));
}

QVariant TopicListModel::cell(const QModelIndex &index, int role) const
{
    if (nodeAt(index.row()) >= m_capture.topics().end())
        return {};
    const auto column = static_cast<TopicColumn>(index.column());
    if (role == Qt::DisplayRole && column == TopicColumn::Topic)
        return plainLine(m_capture.topics().topicOf(nodeAt(index.row())));
    return cellOf(m_capture.topics(), nodeAt(index.row()), column, role);
}

} // namespace pigeon
