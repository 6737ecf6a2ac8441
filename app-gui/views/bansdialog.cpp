#include "views/bansdialog.h"

#include "capture/capture.h"
#include "look/emptystate.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "monitor/monitorsource.h"
#include "views/wishes.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace pigeon {

namespace {

QString kindText(BannedBy by)
{
    switch (by) {
    case BannedBy::ClientId:
        return BansDialog::tr("Client id");
    case BannedBy::UserName:
        return BansDialog::tr("User");
    case BannedBy::Address:
        return BansDialog::tr("Address");
    }
    return {};
}

QString endText(const Ban &ban)
{
    if (!ban.endsAt)
        return BansDialog::tr("until it is lifted, or the broker ends");
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(ban.endsAt->count()), QLocale::ShortFormat);
}

} // namespace

BansDialog::BansDialog(const Capture &capture, MonitorSource &source, Wishes &wishes, QWidget *parent)
    : QDialog(parent)
    , m_capture(capture)
    , m_source(source)
    , m_wishes(wishes)
    , m_table(new QTableWidget(0, 4, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("bans"));
    setWindowTitle(tr("Bans"));
    m_table->setHorizontalHeaderLabels({tr("By"), tr("Who"), tr("Until"), tr("Note")});
    m_table->setAccessibleName(tr("Bans"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(em(this, 1.5));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(0, em(this, 6));
    m_table->setColumnWidth(1, em(this, 14));
    m_table->setColumnWidth(2, em(this, 14));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    (new EmptyState(m_table))->setTexts(tr("Nobody is banned"), tr("Shift+Del on a client keeps it out."));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_lift = buttons->addButton(tr("&Lift"), QDialogButtonBox::ActionRole);
    m_lift->setIcon(icon(QStringLiteral("undo")));
    connect(m_lift, &QPushButton::clicked, this, &BansDialog::liftChosen);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTableWidget::itemSelectionChanged, this,
        [this] { m_lift->setEnabled(!m_table->selectedItems().isEmpty()); });
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    resize(em(this, 48), em(this, 20));
    connect(&capture, &Capture::updated, this, &BansDialog::refresh);
    connect(&capture, &Capture::reset, this, &BansDialog::refresh);
    m_lift->setEnabled(false);
    refresh();
}

void BansDialog::refresh()
{
    const std::vector<Ban> &bans = m_capture.clients().bans();
    if (bans == m_shown)
        return;
    m_shown = bans;
    m_table->setRowCount(static_cast<int>(bans.size()));
    for (size_t i = 0; i < bans.size(); ++i) {
        const QString cells[] = {kindText(bans[i].by), plainLine(bans[i].value), endText(bans[i]), plainLine(bans[i].reason)};
        for (int column = 0; column < 4; ++column)
            m_table->setItem(static_cast<int>(i), column, new QTableWidgetItem(cells[column]));
    }
}

void BansDialog::liftChosen()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        const Ban &ban = m_shown[static_cast<size_t>(row.row())];
        m_source.liftBan(ban.by, ban.value, [wishes = QPointer(&m_wishes)](const CommandAnswer &answer) {
            if (wishes && !answer.isSuccess())
                wishes->say(Tone::Bad, answer.error);
        });
    }
}

} // namespace pigeon
