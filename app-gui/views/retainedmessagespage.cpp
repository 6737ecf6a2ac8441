#include "views/retainedmessagespage.h"

#include "look/ask.h"
#include "look/emptystate.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "monitor/monitorsource.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/importdialog.h"
#include "views/livetable.h"
#include "views/systembutton.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPointer>

namespace pigeon {

namespace {

constexpr size_t mostUndone = 20; // each holds its messages until then
constexpr auto undoShown = std::chrono::seconds(30);

} // namespace

RetainedMessagesPage::RetainedMessagesPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Retained"), QStringLiteral("retained"), FilterView::Retained, names, capture, new RetainedModel(capture), wishes, parent)
    , m_capture(capture)
    , m_source(source)
    , m_model(static_cast<RetainedModel *>(table()->model()))
    , m_system(new SystemButton(this))
{
    m_model->setParent(this);
    table()->setWidths({14, 4.5, 5.5, 5.5, 3, 8, 12});
    table()->setShares({{RetainedModel::Topic, 3}, {table()->model()->columnCount() - 1, 4}});
    table()->setSortingEnabled(true);
    table()->sortByColumn(RetainedModel::Topic, Qt::AscendingOrder);

    const auto topic = [this] {
        const SeenRetained *retained = m_model->seen(currentRow());
        return retained ? retained->topic : QByteArray();
    };
    const auto inspect = [this] {
        const SeenRetained *retained = m_model->seen(currentRow());
        if (retained && retained->message)
            Q_EMIT this->wishes().retainedWanted(retained->message);
    };
    const auto inspectApart = [this](int row) {
        const SeenRetained *retained = m_model->seen(row);
        if (retained && retained->message)
            Q_EMIT this->wishes().retainedWindowWanted(retained->message);
        else
            this->wishes().say(Tone::Warning, tr("It has gone, or its payload was not kept when too much came at once. F5 reads everything anew."), {}, {},
                std::chrono::seconds(8));
    };
    addRowAction(tr("Inspect in a window of its own"), QStringLiteral("inspector"), QKeySequence(Qt::Key_Return), Needs::OneRow,
        [this, inspectApart] { inspectApart(currentRow()); });
    connect(table(), &QTableView::doubleClicked, this, [inspectApart](const QModelIndex &cell) { inspectApart(cell.row()); });
    addRowAction(tr("Inspect"), QStringLiteral("inspector"), QKeySequence(Qt::SHIFT | Qt::Key_Return), Needs::OneRow, [this, inspect] {
        inspect();
        Q_EMIT this->wishes().inspectorWanted();
    });
    addRowAction(tr("Publish to this topic"), QStringLiteral("publish"), QKeySequence(Qt::CTRL | Qt::Key_P), Needs::OneRow,
        [this, topic] { Q_EMIT this->wishes().publishWanted(topic()); });
    addMenuGap();
    addRowAction(tr("Delete"), QStringLiteral("trash"), QKeySequence(Qt::Key_Delete), Needs::Rows, [this] {
        std::vector<QByteArray> topics;
        for (const int row : table()->selectedRowNumbers()) {
            if (const SeenRetained *retained = m_model->seen(row))
                topics.push_back(retained->topic);
        }
        deleteTopics(topics);
    });
    addRowAction(tr("Delete with all below it …"), QStringLiteral("trash"), QKeySequence(Qt::SHIFT | Qt::Key_Delete), Needs::OneRow,
        [this, topic] { deleteBelow(topic()); });
    addMenuGap();
    addRowAction(tr("Import …"), QStringLiteral("import"), QKeySequence(Qt::CTRL | Qt::Key_I), Needs::Nothing, [this] { importFrom({}); });
    m_undo = addRowAction(tr("Undo the deletion or import"), QStringLiteral("undo"), QKeySequence::Undo, Needs::Own, [this] { undo(); });
    connect(table(), &LiveTable::selectionMoved, this, [this, inspect] {
        if (table()->selectedRowCount() == 1)
            inspect();
    });
    bar()->addWidget(m_system, 0, Qt::AlignTop);
    connect(m_system, &QToolButton::toggled, this, &RetainedMessagesPage::refilter);
    connect(&capture, &Capture::aboutToReset, this, [this] { // another broker, which has none of it
        m_changes.clear();
        m_isUndoing = false;
        m_undo->setEnabled(false);
    });
    refilter();
}

void RetainedMessagesPage::setModelFilter(const FilterProgramPtr &program)
{
    m_program = program;
    refilter();
}

void RetainedMessagesPage::refilter()
{
    m_model->setFilter(m_system->inForce(filterEdit()->text(), m_program, FilterView::Retained));
    showCounts();
}

quint64 RetainedMessagesPage::totalRows() const
{
    const RetainedStore &store = m_capture.retained();
    return static_cast<quint64>(store.count() - (m_system->hidesUnder(filterEdit()->text()) ? store.systemCount() : 0));
}

QVariantMap RetainedMessagesPage::saved() const
{
    QVariantMap saved = TablePage::saved();
    saved[QStringLiteral("system")] = m_system->isChecked();
    return saved;
}

void RetainedMessagesPage::restore(const QVariantMap &saved)
{
    TablePage::restore(saved);
    m_system->setChecked(saved.value(QStringLiteral("system"), false).toBool());
}

int RetainedMessagesPage::currentRow() const
{
    const std::vector<int> rows = table()->selectedRowNumbers(1);
    return rows.empty() ? std::max(0, table()->currentIndex().row()) : rows.front();
}

void RetainedMessagesPage::deleteTopics(const std::vector<QByteArray> &topics)
{
    m_source.deleteRetained(topics, [page = QPointer(this)](const DeletedRetained &deleted) {
        if (page)
            page->heard(deleted);
    });
}

void RetainedMessagesPage::deleteBelow(const QByteArray &topic)
{
    const QByteArray filter = topic + "/#"; // matches the topic itself as well [MQTT-4.7.1-2]
    m_source.countRetained(filter, [page = QPointer(this), filter](const RetainedCount &count) {
        if (!page)
            return;
        if (!count.error.isEmpty())
            page->wishes().say(Tone::Bad, count.error);
        else if (count.messages == 0)
            page->wishes().say(Tone::Accent, tr("There is no retained message below %1.").arg(plainLine(filter)), {}, {}, std::chrono::seconds(8));
        else
            page->askAndDelete(filter, count.messages, count.bytes);
    });
}

void RetainedMessagesPage::askAndDelete(const QByteArray &filter, quint64 messages, quint64 bytes)
{
    const QString question = tr("Delete %1 retained messages (%2) that %3 matches? Nobody is told, and you can undo it.")
                                 .arg(countText(messages), bytesText(bytes), plainLine(filter, 80));
    if (!ask(this, tr("Delete retained messages"), question))
        return;
    m_source.deleteRetainedMatching(filter, [page = QPointer(this)](const DeletedRetained &deleted) {
        if (page)
            page->heard(deleted);
    });
}

void RetainedMessagesPage::heard(const DeletedRetained &deleted)
{
    if (!deleted.answer.isSuccess()) {
        wishes().say(Tone::Bad, deleted.answer.error);
        return;
    }
    if (deleted.messages.empty())
        return;
    remember(deleted.messages);
    wishes().say(Tone::Good, tr("%n retained message(s) deleted.", nullptr, static_cast<int>(deleted.messages.size())), tr("Undo"),
        [page = QPointer(this)] {
            if (page)
                page->undo();
        },
        undoShown);
}

void RetainedMessagesPage::remember(const std::vector<MessagePtr> &before, const QHash<QByteArray, size_t> &set)
{
    m_changes.push_back({++m_changeCount, before, 0, set});
    if (m_changes.size() > mostUndone)
        m_changes.erase(m_changes.begin());
    m_undo->setEnabled(canUndo());
}

void RetainedMessagesPage::undo()
{
    if (!canUndo())
        return;
    m_isUndoing = true;
    m_undo->setEnabled(false);
    const Change &last = m_changes.back();
    last.set.isEmpty() ? putBack(last) : takeBack(last);
}

void RetainedMessagesPage::putBack(const Change &change)
{
    m_source.restoreRetained(change.before, [page = QPointer(this), number = change.number](const CommandAnswer &answer) {
        if (page)
            page->heardUndo(answer, number);
    });
}

/// Of an import: what it has set goes first, since nothing is restored where there is something newer.
void RetainedMessagesPage::takeBack(const Change &change)
{
    const QList<QByteArray> topics = change.set.keys();
    m_source.deleteRetained({topics.begin(), topics.end()}, [page = QPointer(this), number = change.number](const DeletedRetained &taken) {
        if (page)
            page->heardTakenBack(taken, number);
    });
}

void RetainedMessagesPage::heardTakenBack(const DeletedRetained &taken, quint64 number)
{
    const auto change = std::ranges::find(m_changes, number, &Change::number);
    if (!taken.answer.isSuccess() || change == m_changes.end())
        return heardUndo(taken.answer, number);
    QHash<QByteArray, MessagePtr> before;
    for (const MessagePtr &message : change->before)
        before.insert(message->topic().toByteArray(), message);
    // Another value than the import's was set since, and stays; where there is none any more, somebody has deleted it.
    std::vector<MessagePtr> back;
    for (const MessagePtr &message : taken.messages) {
        const QByteArray topic = message->topic().toByteArray();
        const bool isOurs = qHash(message->payload().toByteArray()) == change->set.value(topic);
        if (const MessagePtr restored = isOurs ? before.value(topic) : message)
            back.push_back(restored);
    }
    change->removed = taken.messages.size() - back.size();
    change->before = std::move(back); // what is left to be done, should it fail
    change->set.clear();
    change->before.empty() ? heardUndo({}, number) : putBack(*change);
}

void RetainedMessagesPage::heardUndo(const CommandAnswer &answer, quint64 number)
{
    m_isUndoing = false;
    if (answer.isSuccess()) {
        const auto change = std::ranges::find(m_changes, number, &Change::number);
        const quint64 removed = change == m_changes.end() ? 0 : change->removed;
        std::erase_if(m_changes, [number](const Change &each) { return each.number == number; });
        wishes().say(Tone::Good,
            removed > 0 ? tr("The import is undone: %1 removed, %2 as before.").arg(countText(removed), countText(answer.done))
                        : tr("%n retained message(s) are back.", nullptr, static_cast<int>(answer.done)),
            {}, {}, std::chrono::seconds(8));
    } else {
        wishes().say(Tone::Bad, answer.error); // it can be tried again
    }
    m_undo->setEnabled(canUndo());
}

void RetainedMessagesPage::exportRows(const std::vector<int> &rows)
{
    exporting().exportRetained(*m_model, rows, objectName(), [model = m_model](quint64 key) { return model->seenOf(key); });
}

void RetainedMessagesPage::importFrom(QString path)
{
    if (path.isEmpty())
        path = QFileDialog::getOpenFileName(this, tr("Import retained messages"), {}, tr("JSON, an object a line (*.jsonl);;All files (*)"));
    if (path.isEmpty())
        return;
    auto *dialog = new ImportDialog(path, m_capture, m_source, this);
    connect(dialog, &ImportDialog::imported, this, [this](const ImportedRetained &undo) { remember(undo.replaced, undo.set); });
    dialog->show();
}

QString RetainedMessagesPage::note() const
{
    if (isFrozen())
        return {}; // the size goes on
    const QString size = bytesText(static_cast<quint64>(m_capture.retained().bytes()));
    return m_capture.isFetchingRetained() ? tr("fetching …") : size;
}

void RetainedMessagesPage::tick()
{
    m_model->setOrderHeld(table()->viewport()->underMouse());
    m_model->refreshWhenDue();
    TablePage::tick();
}

void RetainedMessagesPage::describeEmpty(EmptyState &empty)
{
    empty.setTexts(tr("No retained messages"), tr("What is published with the retain flag is kept here for those who subscribe later."));
}

} // namespace pigeon
