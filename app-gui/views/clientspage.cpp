#include "views/clientspage.h"

#include "look/ask.h"
#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "monitor/monitorsource.h"
#include "views/clientdetail.h"
#include "views/clientdialogs.h"
#include "views/filteredit.h"
#include "views/livetable.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QListWidget>
#include <QPointer>
#include <QSplitter>
#include <QVBoxLayout>

namespace pigeon {

ClientsPage::ClientsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Clients"), QStringLiteral("clients"), FilterView::Clients, names, capture, new ClientsModel(capture), wishes, parent)
    , m_capture(capture)
    , m_source(source)
    , m_model(static_cast<ClientsModel *>(table()->model()))
    , m_presets(new QListWidget(this))
{
    m_model->setParent(this);
    m_detail = new ClientDetail(capture, source, wishes, this);
    table()->setWidths({4, 9, 6, 10, 10, 10.5, 4, 5, 5.5, 8.6, 3.3, 3.5, 3.5, 6, 6, 5, 4.2, 4.2, 4.4, 5.5, 8});
    table()->setShares({{ClientsModel::Id, 3}, {ClientsModel::LastReason, 4}});
    // How it fares; what it is and has asked for is in its details below.
    for (const int column : {ClientsModel::User, ClientsModel::Address, ClientsModel::Listener, ClientsModel::Tls,
             ClientsModel::Version, ClientsModel::KeepAlive, ClientsModel::Session, ClientsModel::BytesIn, ClientsModel::BytesOut, ClientsModel::InFlight, ClientsModel::TakeOvers})
        table()->setColumnHidden(column, true);
    table()->setSortingEnabled(true);
    table()->sortByColumn(ClientsModel::Id, Qt::AscendingOrder);

    makePresets();
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    auto *upper = new QSplitter(Qt::Horizontal, this);
    upper->setChildrenCollapsible(false);
    upper->addWidget(m_presets);
    upper->addWidget(table());
    upper->setStretchFactor(1, 1);
    upper->setSizes({em(this, 10), em(this, 60)});
    m_splitter->addWidget(upper);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    column()->addWidget(m_splitter, 1);
    m_detail->hide();

    makeActions();
    connect(table(), &LiveTable::selectionMoved, this, &ClientsPage::showDetail);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &ClientsPage::showDetail);
    showCounts();
    countPresets();
}

void ClientsPage::makePresets()
{
    m_presets->setAccessibleName(tr("Groups of clients"));
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setFrameShape(QFrame::NoFrame);
    m_presets->setMinimumWidth(em(this, 11));
    m_presets->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_presets->setUniformItemSizes(true);
    for (const ClientPreset &preset : clientPresets()) {
        auto *item = new QListWidgetItem(m_presets);
        item->setSizeHint(QSize(em(this, 9), em(this, 1.6)));
        item->setData(Qt::UserRole, QString::fromLatin1(preset.filter));
        item->setToolTip(*preset.filter ? QString::fromLatin1(preset.filter) : tr("without a filter"));
    }
    m_presets->setCurrentRow(0);
    connect(m_presets, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item && !m_isChoosingPreset)
            filterEdit()->setText(item->data(Qt::UserRole).toString());
    });
}

void ClientsPage::countPresets()
{
    // Each client is asked by nine filters: once a second, and at most a twentieth of the window's time.
    if (m_sinceCount.isValid() && m_sinceCount.elapsed() < std::max<qint64>(1000, m_countCost * 20))
        return;
    m_sinceCount.start();
    const std::vector<int> counts = m_model->presetCounts();
    m_countCost = m_sinceCount.elapsed();
    for (int row = 0; row < m_presets->count(); ++row) {
        const char *name = clientPresets()[static_cast<size_t>(row)].name;
        m_presets->item(row)->setText(QStringLiteral("%1  %2").arg(QCoreApplication::translate("ClientPresets", name),
            countText(static_cast<quint64>(counts[static_cast<size_t>(row)]))));
    }
}

void ClientsPage::setModelFilter(const FilterProgramPtr &program)
{
    m_model->setFilter(program);
    // Which preset this text is, if any.
    m_isChoosingPreset = true;
    m_presets->setCurrentRow(-1);
    for (int row = 0; row < m_presets->count(); ++row) {
        if (m_presets->item(row)->data(Qt::UserRole).toString() == filterEdit()->text())
            m_presets->setCurrentRow(row);
    }
    m_isChoosingPreset = false;
}

void ClientsPage::makeActions()
{
    addRowAction(tr("Show details"), QStringLiteral("inspector"), QKeySequence(Qt::Key_Return), Needs::OneRow, [this] { showDetail(); });
    addRowAction(tr("Messages from it"), QStringLiteral("messages"), {}, Needs::OneRow, [this] {
        Q_EMIT this->wishes().messagesWanted(filterTerm(FieldId::From, FilterView::Messages, QString::fromUtf8(chosen().front())));
    });
    addRowAction(tr("Packets of it"), QStringLiteral("packets"), QKeySequence(Qt::CTRL | Qt::Key_K), Needs::OneRow, [this] {
        Q_EMIT this->wishes().packetsWanted(filterTerm(FieldId::Client, FilterView::Packets, QString::fromUtf8(chosen().front())));
    });
    addRowAction(tr("Copy client id"), QStringLiteral("copy"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), Needs::Rows, [this] {
        QStringList ids;
        for (const QByteArray &id : chosen())
            ids.append(QString::fromUtf8(id));
        QGuiApplication::clipboard()->setText(ids.join(u'\n'));
    });
    addMenuGap();
    addRowAction(tr("Subscribe it to …"), QStringLiteral("subscriptions"), {}, Needs::Rows, [this] { subscribeChosen(); });
    addMenuGap();
    addRowAction(tr("Disconnect …"), QStringLiteral("disconnect"), QKeySequence(Qt::Key_Delete), Needs::Rows,
        [this] { disconnectChosen(); });
    addRowAction(tr("Ban …"), QStringLiteral("ban"), QKeySequence(Qt::SHIFT | Qt::Key_Delete), Needs::Rows, [this] { banChosen(); });
    addRowAction(tr("Delete its session …"), QStringLiteral("trash"), {}, Needs::Rows, [this] { endSessions(); });
}

std::vector<QByteArray> ClientsPage::chosen() const
{
    std::vector<QByteArray> ids;
    for (const int row : table()->selectedRowNumbers())
        ids.push_back(m_model->idAt(row));
    std::erase(ids, QByteArray());
    return ids;
}

QString ClientsPage::chosenText() const
{
    const std::vector<QByteArray> ids = chosen();
    return ids.size() == 1 ? plainLine(ids.front(), 40) : tr("%n client(s)", nullptr, static_cast<int>(ids.size()));
}

void ClientsPage::disconnectChosen()
{
    DisconnectDialog dialog(chosenText(), this);
    const std::vector<QByteArray> ids = chosen();
    if (ids.empty() || dialog.exec() != QDialog::Accepted)
        return;
    m_source.disconnectClients(ids, dialog.reason(), dialog.text(), [page = QPointer(this)](const CommandAnswer &answer) {
        if (!page)
            return;
        if (answer.isSuccess())
            page->wishes().say(Tone::Good, tr("%n client(s) disconnected.", nullptr, static_cast<int>(answer.done)), {}, {},
                std::chrono::seconds(5));
        else
            page->wishes().say(Tone::Bad, answer.error);
    });
}

void ClientsPage::banChosen()
{
    // Who is meant is settled before it is asked: rows move and go while the dialog is open.
    struct Meant
    {
        QByteArray id;
        QByteArray user;
        QByteArray address;
    };
    std::vector<Meant> meant;
    for (const int row : table()->selectedRowNumbers()) {
        if (const SeenClient *client = m_model->seen(row))
            meant.push_back({m_model->idAt(row), client->facts.info.userName, client->facts.info.address});
    }
    if (meant.empty())
        return;
    const Meant &first = meant.front();
    BanDialog dialog(first.id, first.user, first.address, static_cast<int>(meant.size()) - 1, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    std::vector<Ban> bans;
    for (const Meant &client : meant) {
        const QByteArray &value = dialog.by() == BannedBy::ClientId ? client.id
            : dialog.by() == BannedBy::UserName                    ? client.user
                                                                   : client.address;
        const Ban ban{dialog.by(), value, dialog.endsAt(), dialog.note()};
        if (!value.isEmpty() && std::ranges::find(bans, ban) == bans.end())
            bans.push_back(ban);
    }
    banNext(bans, 0);
}

void ClientsPage::banNext(const std::vector<Ban> &bans, size_t next)
{
    if (next == bans.size()) {
        const auto lift = [page = QPointer(this), bans] {
            for (const Ban &ban : bans)
                page->m_source.liftBan(ban.by, ban.value, {});
        };
        wishes().say(Tone::Good, tr("%n ban(s) in force.", nullptr, static_cast<int>(bans.size())), tr("Lift again"), lift,
            std::chrono::seconds(30));
        return;
    }
    m_source.ban(bans[next], [page = QPointer(this), bans, next](const CommandAnswer &answer) {
        if (!page)
            return;
        if (answer.isSuccess())
            page->banNext(bans, next + 1);
        else
            page->wishes().say(Tone::Bad, answer.error);
    });
}

void ClientsPage::endSessions()
{
    const std::vector<QByteArray> ids = chosen();
    const QString question = tr("Delete the session of %1? Its subscriptions and all that waits for it are lost.").arg(chosenText());
    if (ids.empty() || !ask(this, tr("Delete sessions"), question))
        return;
    m_source.endSessions(ids, [page = QPointer(this)](const CommandAnswer &answer) {
        if (page && !answer.isSuccess())
            page->wishes().say(Tone::Bad, answer.error);
    });
}

void ClientsPage::subscribeChosen()
{
    SubscribeDialog dialog(chosenText(), this);
    const std::vector<QByteArray> ids = chosen();
    if (ids.empty() || dialog.exec() != QDialog::Accepted)
        return;
    for (const QByteArray &id : ids) {
        m_source.subscribe(id, {dialog.entry()}, 0, [page = QPointer(this), id](const CommandAnswer &answer) {
            if (!page)
                return;
            const bool isGranted = answer.isSuccess() && (answer.reasons.empty() || !isFailure(answer.reasons.front()));
            if (!isGranted)
                page->wishes().say(Tone::Bad, answer.isSuccess()
                        ? tr("%1 may not subscribe to that.").arg(plainLine(id))
                        : answer.error);
        });
    }
}

void ClientsPage::showDetail()
{
    const std::vector<int> rows = table()->selectedRowNumbers(2);
    m_detail->setVisible(rows.size() == 1);
    if (rows.size() == 1)
        m_detail->showClient(m_model->clientAt(rows.front()));
}

void ClientsPage::showClient(const QByteArray &clientId)
{
    filterEdit()->setText({});
    m_model->refresh();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->idAt(row) == clientId) {
            table()->selectRow(row);
            table()->scrollTo(m_model->index(row, 0));
            return;
        }
    }
    wishes().say(Tone::Warning, tr("The client %1 is not known any more.").arg(plainLine(clientId)), {}, {}, std::chrono::seconds(8));
}

void ClientsPage::setFrozen(bool isFrozen)
{
    m_model->setFrozen(isFrozen);
    TablePage::setFrozen(isFrozen);
}

void ClientsPage::tick()
{
    m_model->setOrderHeld(table()->viewport()->underMouse()); // it would move away under the mouse
    m_model->refreshWhenDue();
    TablePage::tick();
    if (isVisible() && !isFrozen()) {
        countPresets();
        m_detail->tick();
    }
}

quint64 ClientsPage::totalRows() const { return static_cast<quint64>(m_capture.clients().count()); }

void ClientsPage::setUrls(const QStringList &urls)
{
    m_urls = urls;
    showCounts();
}

void ClientsPage::describeEmpty(EmptyState &empty)
{
    if (m_urls.isEmpty()) {
        empty.setTexts(tr("No clients"), tr("The broker is not running."), tr("Start the broker"), [this] { Q_EMIT wishes().startWanted(); });
        return;
    }
    const QString url = m_urls.first();
    empty.setTexts(tr("No clients yet"), tr("Connect to %1").arg(url), tr("Copy the address"),
        [url] { QGuiApplication::clipboard()->setText(url); });
}

QVariantMap ClientsPage::saved() const
{
    QVariantMap saved = TablePage::saved();
    saved[QStringLiteral("splitter")] = m_splitter->saveState();
    return saved;
}

void ClientsPage::restore(const QVariantMap &saved)
{
    TablePage::restore(saved);
    m_splitter->restoreState(saved.value(QStringLiteral("splitter")).toByteArray());
}

} // namespace pigeon
