#include "views/packetspage.h"

#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/livetable.h"
#include "views/timeformbutton.h"

#include <QAction>
#include <QHBoxLayout>
#include <QToolButton>

namespace pigeon {

PacketsPage::PacketsPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Packets"), QStringLiteral("packets"), FilterView::Packets, names, capture, new PacketsModel(capture), wishes, parent)
    , m_capture(capture)
    , m_model(static_cast<PacketsModel *>(table()->model()))
    , m_time(new TimeFormButton(tr("Time of packets"), this))
{
    m_model->setParent(this);
    table()->setWidths({5, 7.2, 3, 12, 10, 8, 4.5, 18, 5.5, 6.5, 10});
    table()->setColumnHidden(PacketsModel::Peer, true);
    table()->setMayFollow(true);
    table()->setFollowing(true);

    addRowAction(tr("Inspect in a window of its own"), QStringLiteral("inspector"), QKeySequence(Qt::Key_Return), Needs::OneRow,
        [this] { inspectApart(currentRow()); });
    addRowAction(tr("Inspect"), QStringLiteral("inspector"), QKeySequence(Qt::SHIFT | Qt::Key_Return), Needs::OneRow, [this] {
        inspect();
        Q_EMIT this->wishes().inspectorWanted();
    });
    addRowAction(tr("Show the client"), QStringLiteral("clients"), {}, Needs::OneRow,
        [this] { Q_EMIT this->wishes().clientWanted(m_model->clientOf(currentRow())); });
    addRowAction(tr("Only this client"), QStringLiteral("filter"), {}, Needs::OneRow, [this] {
        filterEdit()->apply(filterTerm(FieldId::Client, FilterView::Packets, QString::fromUtf8(m_model->clientOf(currentRow()))), FilterJoin::Replace);
    });
    addMenuGap();
    m_record = addRowAction(tr("Record packets"), QStringLiteral("record"), QKeySequence(Qt::CTRL | Qt::Key_R), Needs::Nothing, [] { });
    m_record->setCheckable(true);
    m_record->setToolTip(tr("Record every packet (Ctrl+R); costs the broker a little for each"));
    auto *record = new QToolButton(this);
    record->setDefaultAction(m_record);
    record->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    record->setAutoRaise(true);
    for (QToolButton *button : {static_cast<QToolButton *>(m_time), record})
        bar()->addWidget(button, 0, Qt::AlignTop);

    connect(m_time, &TimeFormButton::formChosen, m_model, &PacketsModel::setTimeForm);
    connect(m_record, &QAction::toggled, this, [this](bool isOn) {
        Q_EMIT recordingChanged(isOn);
        showCounts();
    });
    connect(table(), &QTableView::doubleClicked, this, [this](const QModelIndex &cell) { inspectApart(cell.row()); });
    connect(table(), &LiveTable::selectionMoved, this, [this] {
        if (table()->selectedRowCount() == 1)
            inspect();
    });
    connect(m_model, &LogRowsModel::buildingChanged, this, [this] { showCounts(); });
    showCounts();
}

bool PacketsPage::isRecording() const { return m_record->isChecked(); }
void PacketsPage::setRecording(bool isRecording) { m_record->setChecked(isRecording); }

int PacketsPage::currentRow() const
{
    const std::vector<int> rows = table()->selectedRowNumbers(1);
    return rows.empty() ? table()->currentIndex().row() : rows.front();
}

void PacketsPage::inspect()
{
    const int row = currentRow();
    if (row >= 0 && m_model->log().contains(m_model->logRow(row)))
        Q_EMIT wishes().packetWanted(m_model->logRow(row));
}

void PacketsPage::inspectApart(int row)
{
    if (row >= 0 && m_model->log().contains(m_model->logRow(row)))
        Q_EMIT wishes().packetWindowWanted(m_model->logRow(row));
    else if (row >= 0)
        wishes().say(Tone::Warning, tr("This packet is not kept any more: it has made room for newer ones."), {}, {}, std::chrono::seconds(8));
}

void PacketsPage::exportRows(const std::vector<int> &rows) { exporting().exportPackets(logRowsOf(*m_model, rows)); }

void PacketsPage::setFrozen(bool isFrozen)
{
    m_model->setFrozen(isFrozen);
    TablePage::setFrozen(isFrozen);
}

QString PacketsPage::note() const
{
    if (m_model->rows().isBuilding())
        return tr("filtering, %1 %").arg(static_cast<int>(m_model->rows().progress() * 100));
    if (m_model->isFrozen() && m_model->behind() > 0)
        return tr("+%1 behind").arg(countText(m_model->behind()));
    return {};
}

void PacketsPage::describeEmpty(EmptyState &empty)
{
    if (!isRecording())
        empty.setTexts(tr("Packets are not recorded"), tr("To record each control packet costs the broker a little."),
            tr("Record packets"), [this] { setRecording(true); });
    else
        empty.setTexts(tr("No packets yet"), tr("As soon as a client says something, it is here."));
}

QVariantMap PacketsPage::saved() const
{
    QVariantMap saved = TablePage::saved();
    saved[QStringLiteral("recording")] = isRecording();
    saved[QStringLiteral("time")] = static_cast<int>(m_time->form());
    return saved;
}

void PacketsPage::restore(const QVariantMap &saved)
{
    TablePage::restore(saved);
    setRecording(saved.value(QStringLiteral("recording")).toBool());
    m_time->setForm(static_cast<TimeForm>(saved.value(QStringLiteral("time")).toInt()));
}

} // namespace pigeon
