#include "match/matchpanel.h"

#include "look/emptystate.h"
#include "look/figures.h"
#include "look/measure.h"
#include "look/theme.h"
#include "match/matchmodel.h"
#include "monitor/words.h"

#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QStringListModel>
#include <QTableView>
#include <QTimer>

namespace pigeon {

namespace {

using namespace std::chrono_literals;
constexpr auto restOfTyping = 200ms;
constexpr int mostCompletions = 30;

void complete(QLineEdit *line, QStringListModel *model, const FilterNames *names, FieldId field)
{
    auto *completer = new QCompleter(model, line);
    completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    line->setCompleter(completer);
    if (names)
        QObject::connect(line, &QLineEdit::textEdited, model, [=](const QString &prefix) {
            model->setStringList(names->namesFor(field, prefix, mostCompletions));
        });
}

} // namespace

MatchPanel::MatchPanel(MonitorSource &source, const FilterNames *names, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_topic(new QLineEdit(this))
    , m_topics(new QStringListModel(this))
    , m_publisher(new QLineEdit(this))
    , m_clients(new QStringListModel(this))
    , m_qos(new QComboBox(this))
    , m_summary(new QLabel(this))
    , m_model(new MatchModel(this))
    , m_table(new QTableView(this))
    , m_rest(new QTimer(this))
{
    setObjectName(QStringLiteral("match"));
    setFocusProxy(m_topic);
    m_topic->setObjectName(QStringLiteral("matchTopic"));
    m_topic->setPlaceholderText(tr("A topic: who would get a message of it?"));
    m_topic->setClearButtonEnabled(true);
    m_publisher->setPlaceholderText(tr("the broker itself"));
    m_qos->addItems({tr("QoS 0"), tr("QoS 1"), tr("QoS 2")});
    m_qos->setCurrentIndex(2);
    m_qos->setAccessibleName(tr("Quality of service"));
    complete(m_topic, m_topics, names, FieldId::Topic);
    complete(m_publisher, m_clients, names, FieldId::Client);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);

    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Receivers and near misses"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(em(this, 1.5));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    const std::array widths{5.0, 8.0, 8.0, 3.0};
    for (size_t i = 0; i < widths.size(); ++i)
        m_table->setColumnWidth(static_cast<int>(i), em(this, widths[i]));
    m_empty = new EmptyState(m_table);
    describeEmpty();

    auto *form = new QFormLayout;
    form->addRow(tr("&Topic:"), m_topic);
    auto *row = new QHBoxLayout;
    row->addWidget(m_publisher, 1);
    row->addWidget(m_qos);
    form->addRow(tr("&From:"), row);
    static_cast<QLabel *>(form->labelForField(row))->setBuddy(m_publisher);
    auto *column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_summary);
    column->addWidget(m_table, 1);

    m_rest->setSingleShot(true);
    m_rest->setInterval(restOfTyping);
    connect(m_rest, &QTimer::timeout, this, &MatchPanel::ask);
    connect(m_topic, &QLineEdit::textChanged, this, [this] { m_rest->start(); });
    connect(m_publisher, &QLineEdit::textChanged, this, [this] { m_rest->start(); });
    connect(m_qos, &QComboBox::currentIndexChanged, this, &MatchPanel::ask);
    connect(m_table, &QTableView::activated, this,
        [this](const QModelIndex &index) { Q_EMIT clientAsked(m_model->clientOf(index.row())); });
}

void MatchPanel::setTopic(const QString &topic)
{
    m_topic->setText(topic);
    m_topic->setFocus();
    ask();
}

/// "Nobody" answers a question, which must have been asked.
void MatchPanel::describeEmpty()
{
    if (m_topic->text().isEmpty())
        m_empty->setTexts(tr("Who would get a message?"), tr("Type a topic above: receivers, rights and near misses are listed. Nothing is sent."));
    else
        m_empty->setTexts(tr("Nobody"), tr("No subscription matches this topic, and none nearly does."));
}

void MatchPanel::ask()
{
    m_rest->stop();
    const quint64 question = ++m_question;
    describeEmpty();
    const QByteArray topic = m_topic->text().toUtf8();
    const QString problem = topic.isEmpty() ? QString() : words::topicProblem(topic);
    if (topic.isEmpty() || !problem.isEmpty()) {
        m_model->setReport({});
        say(problem.isEmpty() ? QString() : tr("This is no topic: %1.").arg(problem), true);
        return;
    }
    const QPointer<MatchPanel> self(this); // the source may outlive us
    m_source.findReceivers(topic, m_publisher->text().toUtf8(), static_cast<QoS>(m_qos->currentIndex()),
        [self, question](const MatchReport &report) {
            if (self && question == self->m_question)
                self->show(report);
        });
}

void MatchPanel::show(const MatchReport &report)
{
    m_model->setReport(report);
    if (!report.error.isEmpty()) {
        say(report.error, true);
        return;
    }
    if (!report.publish.isAllowed) {
        say(tr("The publisher may not: %1").arg(report.publish.rule), true);
        return;
    }
    QString text = tr("%n client(s) would get it.", nullptr, static_cast<int>(report.receiverCount));
    if (report.isCut)
        text += u' ' + tr("Not all are listed.");
    say(text, false);
}

void MatchPanel::say(const QString &text, bool isBad)
{
    m_summary->setText(text);
    m_summary->setVisible(!text.isEmpty());
    QPalette own = palette();
    own.setColor(QPalette::WindowText, toneColor(isBad ? Tone::Bad : Tone::Good, palette()));
    m_summary->setPalette(own);
}

} // namespace pigeon
