#include "views/clientdetail.h"

#include "look/ask.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "models/clientsmodel.h"
#include "models/messagesmodel.h"
#include "monitor/monitorsource.h"
#include "monitor/words.h"
#include "views/clientdialogs.h"
#include "views/clientrights.h"
#include "views/latencyhistogram.h"
#include "views/packettimeline.h"
#include "views/plaintable.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace pigeon {

namespace {

constexpr qsizetype mostQueuedShown = 500;

QString eventText(ConnectionEventKind kind)
{
    switch (kind) {
    case ConnectionEventKind::Connected:
        return ClientDetail::tr("connected");
    case ConnectionEventKind::Refused:
        return ClientDetail::tr("refused");
    case ConnectionEventKind::Disconnected:
        return ClientDetail::tr("disconnected");
    case ConnectionEventKind::TakenOver:
        return ClientDetail::tr("taken over");
    case ConnectionEventKind::KeepAliveTimedOut:
        return ClientDetail::tr("keep alive timed out");
    case ConnectionEventKind::ProtocolError:
        return ClientDetail::tr("protocol error");
    case ConnectionEventKind::SessionEnded:
        return ClientDetail::tr("session ended");
    }
    return {};
}

QString tlsText(const ClientInfo &info)
{
    return info.tlsVersion.isEmpty() ? ClientDetail::tr("none")
                                     : QString::fromLatin1(words::tls(info.tlsVersion, info.tlsCipher));
}

QString stageText(WaitingMessage::Stage stage)
{
    switch (stage) {
    case WaitingMessage::Stage::Queued:
        return ClientDetail::tr("waits");
    case WaitingMessage::Stage::WaitsForStore:
        return ClientDetail::tr("waits for the disk");
    case WaitingMessage::Stage::Sent:
        return ClientDetail::tr("sent, not acknowledged");
    case WaitingMessage::Stage::Released:
        return ClientDetail::tr("released, not completed");
    }
    return {};
}

QLabel *textLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->setMargin(em(parent, 0.5));
    label->setWordWrap(true);
    return label;
}

using Pairs = std::vector<std::pair<QString, QString>>;

/// Names and values in two columns, as rich text.
QString tableText(const Pairs &left, const Pairs &right)
{
    const auto cells = [](const Pairs &pairs, size_t row) {
        return row < pairs.size() ? QStringLiteral("<td><b>%1</b>&nbsp;&nbsp;</td><td>%2&nbsp;&nbsp;&nbsp;&nbsp;</td>")
                                        .arg(pairs[row].first.toHtmlEscaped(), pairs[row].second.toHtmlEscaped())
                                  : QStringLiteral("<td></td><td></td>");
    };
    QString text = QStringLiteral("<table cellspacing=4>");
    for (size_t row = 0; row < std::max(left.size(), right.size()); ++row)
        text += QStringLiteral("<tr>%1</tr>").arg(cells(left, row) + cells(right, row));
    return text + QStringLiteral("</table>");
}

QWidget *scrolled(QWidget *inner)
{
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(inner);
    return scroll;
}

} // namespace

ClientDetail::ClientDetail(Capture &capture, MonitorSource &source, Wishes &wishes, QWidget *parent)
    : QWidget(parent)
    , m_capture(capture)
    , m_source(source)
    , m_wishes(wishes)
    , m_tabs(new QTabWidget(this))
{
    setObjectName(QStringLiteral("clientDetail"));
    m_title = new QLabel(this);
    m_title->setTextFormat(Qt::PlainText);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_timeline = new PacketTimeline(capture, this);
    m_history = plainTable({tr("Time"), tr("What"), tr("Address"), tr("Reason"), tr("Text")}, tr("Connection history"), this);
    m_will = textLabel(this);
    m_latencies = new LatencyHistogram(this);
    m_rights = new ClientRights(source, this);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(summaryPage(), tr("Summary"));
    m_tabs->addTab(m_timeline, tr("Packets"));
    m_tabs->addTab(subscriptionsPage(), tr("Subscriptions"));
    m_tabs->addTab(queuePage(), tr("Queue and in flight"));
    m_tabs->addTab(m_history, tr("Connections"));
    m_tabs->addTab(scrolled(m_will), tr("Will"));
    m_tabs->addTab(m_latencies, tr("Latency"));
    m_tabs->addTab(m_rights, tr("Rights"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_title);
    column->addWidget(m_tabs, 1);
    connect(m_tabs, &QTabWidget::currentChanged, this, &ClientDetail::refresh);
    connect(m_timeline, &PacketTimeline::packetAsked, &wishes, &Wishes::packetWanted);
    connect(m_timeline, &PacketTimeline::packetAsked, &wishes, &Wishes::inspectorWanted);
    connect(&capture, &Capture::reset, this, [this] { m_client = 0; });
}

QWidget *ClientDetail::summaryPage()
{
    m_summary = textLabel(this);
    m_summary->setTextFormat(Qt::RichText); // columns; every value is escaped
    return scrolled(m_summary);
}

QWidget *ClientDetail::subscriptionsPage()
{
    auto *page = new QWidget(this);
    m_subscriptions = plainTable({tr("Filter"), tr("QoS"), tr("Options"), tr("Identifier")}, tr("Subscriptions"), page);
    auto *remove = new QPushButton(icon(QStringLiteral("remove")), tr("Unsubscribe it"), page);
    remove->setEnabled(false);
    connect(m_subscriptions, &QTableWidget::itemSelectionChanged, remove,
        [this, remove] { remove->setEnabled(!m_subscriptions->selectedItems().isEmpty()); });
    connect(remove, &QPushButton::clicked, this, &ClientDetail::unsubscribeChosen);
    auto *add = new QPushButton(icon(QStringLiteral("add")), tr("Subscribe it to …"), page);
    connect(add, &QPushButton::clicked, this, [this] {
        const QByteArray id = clientId(); // another may be shown when the dialog closes
        SubscribeDialog dialog(plainLine(id, 40), this);
        if (dialog.exec() == QDialog::Accepted)
            m_source.subscribe(id, {dialog.entry()}, 0, [self = QPointer(this)](const CommandAnswer &answer) {
                if (self && !answer.isSuccess())
                    self->m_wishes.say(Tone::Bad, answer.error);
            });
    });
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->addWidget(m_subscriptions, 1);
    column->addLayout(buttons);
    return page;
}

QWidget *ClientDetail::queuePage()
{
    auto *page = new QWidget(this);
    m_queueState = new QLabel(page);
    m_queueState->setTextFormat(Qt::PlainText);
    m_queue = plainTable({tr("State"), tr("Id"), tr("QoS"), tr("Topic"), tr("Size"), tr("Payload")}, tr("Queue and in flight"), page);
    auto *clear = new QPushButton(icon(QStringLiteral("trash")), tr("Empty the queue …"), page);
    connect(clear, &QPushButton::clicked, this, &ClientDetail::clearQueue);
    auto *row = new QHBoxLayout;
    row->addWidget(m_queueState, 1);
    row->addWidget(clear);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->addLayout(row);
    column->addWidget(m_queue, 1);
    return page;
}

QByteArray ClientDetail::clientId() const { return m_capture.clientNames().text(m_client).toByteArray(); }

void ClientDetail::showClient(ClientNumber client)
{
    if (client == m_client)
        return;
    m_client = client;
    m_queue->setRowCount(0);
    m_queueState->clear();
    m_timeline->showClient(client);
    refresh();
}

void ClientDetail::tick()
{
    if (isVisible())
        refresh();
}

void ClientDetail::refresh()
{
    const SeenClient *client = m_capture.clients().find(m_client);
    if (!client)
        return;
    m_title->setText(QStringLiteral("%1 \u00B7 %2").arg(plainLine(clientId(), 80), clientStateText(*client)));
    switch (m_tabs->currentIndex()) {
    case 0:
        fillSummary(*client);
        break;
    case 1:
        m_timeline->refresh();
        break;
    case 2:
        fillSubscriptions();
        break;
    case 3:
        askQueue();
        break;
    case 4:
        fillHistory(*client);
        break;
    case 6:
        m_latencies->setLatencies(client->latencies);
        break;
    case 7:
        m_rights->showClient(clientId());
        break;
    default:
        if (client->facts.will)
            m_will->setText(tr("Topic: %1\nQoS %2%3\nPayload: %4")
                                .arg(plainLine(client->facts.will->topic), QString::number(static_cast<int>(client->facts.will->qos)),
                                    client->facts.will->retain ? tr(", retained") : QString(),
                                    payloadPreview(client->facts.will->payload)));
        else
            m_will->setText(tr("It has left no will."));
    }
}

void ClientDetail::fillSummary(const SeenClient &client)
{
    const ClientFacts &facts = client.facts;
    const ClientCounts &counts = facts.counts;
    const auto latency = [&](double share) {
        const qint64 time = client.latencies.below(share);
        return time < 0 ? tr("nothing acknowledged yet") : latencyText(std::chrono::nanoseconds(time));
    };
    // Of who is away the broker tells its session alone.
    const bool isKnown = facts.info.connection != 0;
    const QString since = facts.since == 0 ? tr("before the window watched")
                                           : QStringLiteral("%1 (%2)").arg(timeText(facts.since, 0, TimeForm::Iso),
                                                 agoText(facts.since, QDateTime::currentMSecsSinceEpoch() * 1'000'000));
    const Pairs left{{tr("User"), plainLine(facts.info.userName)},
        {tr("Address"), plainLine(facts.info.address) + (facts.info.port ? QStringLiteral(":%1").arg(facts.info.port) : QString())},
        {tr("Listener"), plainLine(facts.info.listener)},
        {tr("TLS"), isKnown ? tlsText(facts.info) : QString()}, {tr("MQTT version"), isKnown ? words::version(facts.info.version) : QString()},
        {tr("Clean start"), facts.info.cleanStart ? tr("yes") : tr("no")}, {tr("Keep alive"), isKnown ? keepAliveText(facts.info) : QString()},
        {tr("Session is kept"), sessionText(facts)}, {facts.isConnected ? tr("Connected since") : tr("Away since"), since},
        {tr("Largest packet it takes"), facts.maximumPacketBytes == 0xFFFF'FFFF ? tr("any") : bytesText(facts.maximumPacketBytes)},
        {tr("Last reason"), plainLine(facts.lastText)}};
    const Pairs right{{tr("Messages in / out"), QStringLiteral("%1 / %2").arg(countText(counts.messagesIn), countText(counts.messagesOut))},
        {tr("Bytes in / out"), QStringLiteral("%1 / %2").arg(bytesText(counts.bytesIn), bytesText(counts.bytesOut))},
        {tr("In flight"), QStringLiteral("%1 / %2").arg(countText(counts.inflight), countText(facts.inflightMaximum))},
        {tr("Queue"), QStringLiteral("%1, %2").arg(countText(counts.queuedMessages), bytesText(counts.queuedBytes))},
        {tr("Dropped"), countText(counts.dropped())}, {tr("Latency p50"), latency(0.5)}, {tr("Latency p95"), latency(0.95)},
        {tr("Latency p99"), latency(0.99)}, {tr("Connections"), countText(facts.connects)}, {tr("Refused"), countText(client.refusals)}};
    m_summary->setText(tableText(left, right));
}

void ClientDetail::fillSubscriptions()
{
    const std::vector<int> rows = m_capture.subscriptions().rowsOf(m_client);
    m_subscriptions->setRowCount(static_cast<int>(rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) {
        const SeenSubscription &subscription = m_capture.subscriptions().at(rows[i]);
        QStringList options;
        if (subscription.entry.noLocal)
            options.append(tr("no local"));
        if (subscription.entry.retainAsPublished)
            options.append(tr("retain as published"));
        setRow(m_subscriptions, static_cast<int>(i), {plainLine(subscription.entry.filter), QString::number(static_cast<int>(subscription.entry.maximumQoS)),
            options.join(QStringLiteral(", ")), subscription.identifier ? QString::number(subscription.identifier) : QString()});
        m_subscriptions->item(static_cast<int>(i), 0)->setData(Qt::UserRole, subscription.entry.filter);
    }
    m_subscriptions->setColumnWidth(0, em(this, 18));
}

void ClientDetail::unsubscribeChosen()
{
    std::vector<QByteArray> filters;
    const QModelIndexList rows = m_subscriptions->selectionModel()->selectedRows();
    for (const QModelIndex &row : rows)
        filters.push_back(row.data(Qt::UserRole).toByteArray());
    m_source.unsubscribe(clientId(), filters, [self = QPointer(this)](const CommandAnswer &answer) {
        if (self && !answer.isSuccess())
            self->m_wishes.say(Tone::Bad, answer.error);
    });
}

void ClientDetail::askQueue()
{
    if (std::exchange(m_isAsking, true))
        return;
    m_source.queueOf(clientId(), mostQueuedShown, [self = QPointer(this), client = m_client](const QueueContents &contents) {
        if (!self)
            return;
        self->m_isAsking = false;
        if (client == self->m_client)
            self->fillQueue(contents);
    });
}

void ClientDetail::fillQueue(const QueueContents &contents)
{
    if (!contents.error.isEmpty()) {
        m_queueState->setText(contents.error);
        m_queue->setRowCount(0);
        return;
    }
    m_queueState->setText(tr("In flight %1, waiting %2 (%3)")
                              .arg(countText(contents.inflight.size()), countText(contents.queuedMessages), bytesText(contents.queuedBytes))
        + (contents.queuedMessages > contents.queued.size() ? tr("; the first %1 are shown").arg(countText(contents.queued.size())) : QString()));
    std::vector<WaitingMessage> all = contents.inflight;
    all.insert(all.end(), contents.queued.begin(), contents.queued.end());
    m_queue->setRowCount(static_cast<int>(all.size()));
    for (size_t i = 0; i < all.size(); ++i) {
        const WaitingMessage &waiting = all[i];
        const bool isThere = bool(waiting.message);
        setRow(m_queue, static_cast<int>(i), {stageText(waiting.stage), waiting.packetId ? QString::number(waiting.packetId) : QString(),
            QString::number(static_cast<int>(waiting.qos)), isThere ? plainLine(waiting.message->topic()) : tr("(on disk)"),
            isThere ? bytesText(static_cast<quint64>(waiting.message->payload().size())) : QString(),
            isThere ? payloadPreview(waiting.message->payload()) : QString()});
    }
    m_queue->setColumnWidth(0, em(this, 10));
    m_queue->setColumnWidth(1, em(this, 4));
    m_queue->setColumnWidth(2, em(this, 4));
    m_queue->setColumnWidth(3, em(this, 16));
}

void ClientDetail::clearQueue()
{
    const QByteArray id = clientId(); // another may be shown when the question is answered
    const QString question = tr("Drop all that waits for %1? It is lost for this client.").arg(plainLine(id, 40));
    if (!ask(this, tr("Empty the queue"), question))
        return;
    m_source.clearQueue(id, [self = QPointer(this)](const CommandAnswer &answer) {
        if (self && !answer.isSuccess())
            self->m_wishes.say(Tone::Bad, answer.error);
    });
}

void ClientDetail::fillHistory(const SeenClient &client)
{
    m_history->setRowCount(static_cast<int>(client.history.size()));
    int row = 0;
    for (auto event = client.history.rbegin(); event != client.history.rend(); ++event, ++row) {
        const PacketType packet = event->kind == ConnectionEventKind::Refused ? PacketType::Connack : PacketType::Disconnect;
        setRow(m_history, row, {timeText(event->when, 0, TimeForm::Clock), eventText(event->kind), plainLine(event->info.address),
            event->kind == ConnectionEventKind::Connected ? QString() : words::reason(event->reason, packet), plainLine(event->text)});
    }
    m_history->setColumnWidth(0, em(this, 7));
    m_history->setColumnWidth(1, em(this, 10));
    m_history->setColumnWidth(3, em(this, 14));
}

} // namespace pigeon
