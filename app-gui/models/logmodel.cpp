#include "models/logmodel.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"

#include <QBrush>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

const std::array<ColumnFacts, LogModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Time"), QT_TRANSLATE_NOOP("Columns", "When it was logged"), FieldId::Age},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Level"), QT_TRANSLATE_NOOP("Columns", "How serious it is"), FieldId::Level},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "About"), QT_TRANSLATE_NOOP("Columns", "Which part of the broker says it"), FieldId::Category},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Client id"), QT_TRANSLATE_NOOP("Columns", "Whom it is about"), FieldId::Client},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Text"), QT_TRANSLATE_NOOP("Columns", "The line"), FieldId::Text},
};

QString levelText(QtMsgType level)
{
    switch (gravity(level)) {
    case 0:
        return LogModel::tr("debug");
    case 1:
        return LogModel::tr("info");
    case 2:
        return LogModel::tr("warning");
    default:
        return LogModel::tr("error");
    }
}

QVariant shown(const LogLine &line, int column)
{
    switch (column) {
    case LogModel::Time:
        return timeText(line.when, 0, TimeForm::Clock);
    case LogModel::Level:
        return levelText(line.level);
    case LogModel::Category:
        return plainLine(line.category.startsWith("pigeon.") ? line.category.mid(7) : line.category);
    case LogModel::Client:
        return plainLine(line.clientId);
    case LogModel::Text:
        return plainLine(line.text);
    default:
        return {};
    }
}

QVariant filterValue(const LogLine &line, int column)
{
    switch (column) {
    case LogModel::Level:
        return double(gravity(line.level));
    case LogModel::Category:
        return QString::fromUtf8(line.category);
    case LogModel::Client:
        return QString::fromUtf8(line.clientId);
    case LogModel::Text:
        return line.text;
    default:
        return {};
    }
}

} // namespace

LogModel::LogModel(const Capture &capture, QObject *parent)
    : StoreRowsModel(FilterView::Log, columns, parent)
    , m_capture(capture)
{
    connect(&capture, &Capture::reset, this, &LogModel::startAnew);
    connect(&capture, &Capture::updated, this, &LogModel::refreshWhenDue);
    refresh();
}

void LogModel::beginPass(qint64 now) { m_row = std::make_unique<LogRow>(m_capture.log(), now); }

bool LogModel::passes(int storeRow, FilterRun &run)
{
    m_row->goTo(keyOfStoreRow(storeRow));
    return run.passes(*m_row);
}

const LogLine *LogModel::seen(int row) const
{
    const Key key = keyAt(row);
    return key >= m_capture.log().begin() && key < m_capture.log().end() ? &m_capture.log().at(key) : nullptr;
}

SortKey LogModel::sortKey(Key key, int column) const
{
    if (key < m_capture.log().begin() || key >= m_capture.log().end())
        return {};
    const LogLine &line = m_capture.log().at(key);
    if (column == Time)
        return {double(key), {}};
    return column == Level ? SortKey{double(gravity(line.level)), {}} : SortKey{0, shown(line, column).toString().toUtf8()};
}

QVariant LogModel::cell(const QModelIndex &index, int role) const
{
    const LogLine *line = seen(index.row());
    if (!line)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return shown(*line, index.column());
    case Qt::ToolTipRole:
        return index.column() == Text ? plainTip(shown(*line, Text).toString()) : QVariant();
    case FilterValueRole:
        return filterValue(*line, index.column());
    case Qt::ForegroundRole:
        if (gravity(line->level) >= 2)
            return QBrush(toneColor(gravity(line->level) == 2 ? Tone::Warning : Tone::Bad, QGuiApplication::palette()));
        return {};
    default:
        return {};
    }
}

} // namespace pigeon
