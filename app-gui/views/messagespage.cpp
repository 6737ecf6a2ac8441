#include "views/messagespage.h"

#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/plaintext.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/livetable.h"
#include "views/systembutton.h"
#include "views/timeformbutton.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QToolButton>

namespace pigeon {

MessagesPage::MessagesPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Messages"), QStringLiteral("messages"), FilterView::Messages, names, capture, new MessagesModel(capture), wishes,
        parent)
    , m_capture(capture)
    , m_model(static_cast<MessagesModel *>(table()->model()))
    , m_time(new TimeFormButton(tr("Time of messages"), this))
    , m_follow(new QToolButton(this))
    , m_system(new SystemButton(this))
{
    m_model->setParent(this);
    table()->setWidths({3.5, 7.2, 6.5, 9.5, 2.7, 1.6, 1.9, 4, 3.2, 4.9, 4.7, 4.4, 10});
    table()->setShares({{MessagesModel::From, 2}, {MessagesModel::Topic, 4}, {MessagesModel::Payload, 5}});
    // What is said comes before how it went; of how many have it the inspector tells as well.
    table()->horizontalHeader()->moveSection(MessagesModel::Payload, MessagesModel::Quality);
    for (const int column : {int(MessagesModel::Duplicate), int(MessagesModel::Delivered)})
        table()->setColumnHidden(column, true);
    table()->setMayFollow(true);

    m_follow->setIcon(icon(QStringLiteral("follow")));
    m_follow->setCheckable(true);
    m_follow->setAutoRaise(true);
    m_follow->setToolTip(tr("Keep the newest message in sight (End)"));
    m_follow->setAccessibleName(tr("Follow the newest message"));
    connect(m_follow, &QToolButton::toggled, table(), &LiveTable::setFollowing);
    connect(table(), &LiveTable::followingChanged, m_follow, &QToolButton::setChecked);
    table()->setFollowing(true);

    connect(m_time, &TimeFormButton::formChosen, m_model, &MessagesModel::setTimeForm);
    connect(m_system, &QToolButton::toggled, this, &MessagesPage::refilter);
    for (QToolButton *button : std::initializer_list<QToolButton *>{m_system, m_time, m_follow})
        bar()->addWidget(button, 0, Qt::AlignTop);

    addRowAction(tr("Inspect in a window of its own"), QStringLiteral("inspector"), QKeySequence(Qt::Key_Return), Needs::OneRow,
        [this] { inspectApart(currentRow()); });
    addRowAction(tr("Inspect"), QStringLiteral("inspector"), QKeySequence(Qt::SHIFT | Qt::Key_Return), Needs::OneRow, [this] {
        inspect();
        Q_EMIT this->wishes().inspectorWanted();
    });
    addMenuGap();
    addRowAction(tr("Messages of this topic and below"), QStringLiteral("topics"), {}, Needs::OneRow, [this] {
        filterEdit()->apply(subtreeTerm(FilterView::Messages, QString::fromUtf8(m_model->topicOf(currentRow()))), FilterJoin::Replace);
    });
    addRowAction(tr("Show the client that sent it"), QStringLiteral("clients"), {}, Needs::OneRow,
        [this] { Q_EMIT this->wishes().clientWanted(m_model->publisherOf(currentRow())); });
    addRowAction(tr("Publish to this topic"), QStringLiteral("publish"), QKeySequence(Qt::CTRL | Qt::Key_P), Needs::OneRow,
        [this] { Q_EMIT this->wishes().publishWanted(m_model->topicOf(currentRow())); });
    addRowAction(tr("Who would get it? (match tester)"), QStringLiteral("match"), QKeySequence(Qt::CTRL | Qt::Key_T),
        Needs::OneRow, [this] { Q_EMIT this->wishes().matchWanted(m_model->topicOf(currentRow())); });
    addRowAction(tr("Go to number or time …"), QStringLiteral("search"), QKeySequence(Qt::CTRL | Qt::Key_J), Needs::Nothing, [this] {
        const QString place = QInputDialog::getText(this, tr("Go to number or time"), tr("Number, or time of day such as 14:03 or 14:03:27.5:"));
        if (!place.isEmpty() && !goTo(place))
            this->wishes().say(Tone::Warning, tr("No message of this view is there, or \"%1\" is neither a number nor a time.").arg(plainLine(place, 40)), {}, {},
                std::chrono::seconds(8));
    });
    connect(table(), &QTableView::doubleClicked, this, [this](const QModelIndex &cell) { inspectApart(cell.row()); });
    connect(table(), &LiveTable::selectionMoved, this, [this] {
        if (table()->selectedRowCount() == 1)
            inspect();
    });
    connect(m_model, &LogRowsModel::buildingChanged, this, [this] { showCounts(); });
    refilter();
}

void MessagesPage::setModelFilter(const FilterProgramPtr &program)
{
    m_program = program;
    m_programText = filterEdit()->text();
    refilter();
}

void MessagesPage::refilter()
{
    m_model->setFilter(m_system->inForce(m_programText, m_program, FilterView::Messages));
    showCounts();
}

bool MessagesPage::goTo(const QString &place)
{
    bool isNumber = false;
    const quint64 number = place.trimmed().toULongLong(&isNumber);
    const int row = isNumber ? m_model->rowOf(m_model->log().rowOf(number)) : rowSince(place.trimmed());
    if (row < 0)
        return false;
    table()->setFollowing(false);
    const QModelIndex found = m_model->index(row, 0);
    table()->selectionModel()->setCurrentIndex(found, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table()->scrollTo(found, QAbstractItemView::PositionAtCenter);
    table()->setFocus();
    return true;
}

/// The first row of that time of day or later, of the last 24 hours; -1: none.
int MessagesPage::rowSince(const QString &timeOfDay) const
{
    QTime time;
    for (const char *form : {"H:m", "H:m:s", "H:m:s.z"}) {
        if (!time.isValid())
            time = QTime::fromString(timeOfDay, QLatin1String(form));
    }
    if (!time.isValid())
        return -1;
    const QDateTime now = QDateTime::currentDateTime();
    QDateTime moment(now.date(), time);
    if (moment > now)
        moment = moment.addDays(-1);
    return m_model->rowOf(m_model->log().rowAt(moment.toMSecsSinceEpoch() * 1'000'000));
}

int MessagesPage::currentRow() const
{
    const std::vector<int> rows = table()->selectedRowNumbers(1);
    return rows.empty() ? table()->currentIndex().row() : rows.front();
}

void MessagesPage::inspect()
{
    const int row = currentRow();
    if (row >= 0 && m_model->log().contains(m_model->logRow(row)))
        Q_EMIT wishes().messageWanted(m_model->logRow(row));
}

void MessagesPage::inspectApart(int row)
{
    if (row >= 0 && m_model->log().contains(m_model->logRow(row)))
        Q_EMIT wishes().messageWindowWanted(m_model->logRow(row));
    else if (row >= 0)
        wishes().say(Tone::Warning, tr("This message is not kept any more: it has made room for newer ones."), {}, {}, std::chrono::seconds(8));
}

void MessagesPage::exportRows(const std::vector<int> &rows) { exporting().exportMessages(logRowsOf(*m_model, rows), m_model->isFrozen()); }

void MessagesPage::setFrozen(bool isFrozen)
{
    m_model->setFrozen(isFrozen);
    TablePage::setFrozen(isFrozen);
}

quint64 MessagesPage::totalRows() const
{
    const MessageLog &log = m_capture.messages();
    return log.end() - log.begin() - (m_system->hidesUnder(m_programText) ? log.systemRows() : 0);
}

QString MessagesPage::note() const
{
    if (m_model->rows().isBuilding())
        return tr("filtering, %1 %").arg(static_cast<int>(m_model->rows().progress() * 100));
    if (m_model->isFrozen() && m_model->behind() > 0)
        return tr("+%1 behind").arg(countText(m_model->behind()));
    return {};
}

void MessagesPage::setUrls(const QStringList &urls)
{
    m_urls = urls;
    showCounts();
}

void MessagesPage::describeEmpty(EmptyState &empty)
{
    if (m_urls.isEmpty())
        empty.setTexts(tr("No messages"), tr("The broker is not running."), tr("Start the broker"), [this] { Q_EMIT wishes().startWanted(); });
    else
        empty.setTexts(tr("No messages yet"), tr("Connect a device to %1, or publish one yourself.").arg(m_urls.first()),
            tr("Publish … (Ctrl+P)"), [this] { Q_EMIT wishes().publishWanted({}); });
}

QVariantMap MessagesPage::saved() const
{
    QVariantMap saved = TablePage::saved();
    saved[QStringLiteral("system")] = m_system->isChecked();
    saved[QStringLiteral("time")] = static_cast<int>(m_time->form());
    return saved;
}

void MessagesPage::restore(const QVariantMap &saved)
{
    TablePage::restore(saved);
    m_system->setChecked(saved.value(QStringLiteral("system"), false).toBool());
    m_time->setForm(static_cast<TimeForm>(saved.value(QStringLiteral("time")).toInt()));
}

} // namespace pigeon
