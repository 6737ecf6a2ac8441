#include "publish/publishpanel.h"

#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/theme.h"
#include "publish/propertiesform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStringListModel>
#include <QTabWidget>
#include <QToolButton>

namespace pigeon {

namespace {

constexpr qsizetype historyLength = 50;
constexpr int mostCompletions = 30;
// A longer payload is no text that somebody types; it is kept as a file is.
constexpr int mostHistoryCharacters = 64 * 1024;

enum How { Once, Repeat, Burst };

QCompleter *completerOf(QStringListModel *model, QLineEdit *line)
{
    auto *completer = new QCompleter(model, line);
    completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion); // the names come filtered
    line->setCompleter(completer);
    return completer;
}

QToolButton *menuButton(const QString &iconName, const QString &name, QMenu *menu, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setText(name);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setAutoRaise(true);
    return button;
}

} // namespace

PublishPanel::PublishPanel(MonitorSource &source, const FilterNames *names, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_names(names)
    , m_run(source)
    , m_topic(new QLineEdit(this))
    , m_topics(new QStringListModel(this))
    , m_form(new QComboBox(this))
    , m_bodies(new QStackedWidget(this))
    , m_text(new QPlainTextEdit(this))
    , m_file(new QLineEdit(this))
    , m_qos(new QComboBox(this))
    , m_retain(new QCheckBox(tr("R&etain"), this))
    , m_asClient(new QLineEdit(this))
    , m_clients(new QStringListModel(this))
    , m_properties(new PropertiesForm)
    , m_state(new QLabel(this))
    , m_how(new QComboBox(this))
    , m_interval(new QSpinBox(this))
    , m_count(new QSpinBox(this))
    , m_send(new QPushButton(this))
    , m_historyMenu(new QMenu(this))
    , m_templateMenu(new QMenu(this))
{
    setObjectName(QStringLiteral("publish"));
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(messagePage(), tr("Message"));
    m_properties->setContentsMargins(em(this, 0.4), em(this, 0.4), em(this, 0.4), 0);
    tabs->addTab(m_properties, tr("Properties of 5.0"));

    auto *column = new QVBoxLayout(this);
    column->addWidget(tabs, 1);
    column->addWidget(m_state);
    column->addWidget(sendRow());

    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    auto *shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &PublishPanel::send);
    connect(m_topic, &QLineEdit::textEdited, this, &PublishPanel::complete);
    connect(m_asClient, &QLineEdit::textEdited, this, [this](const QString &prefix) {
        if (m_names)
            m_clients->setStringList(m_names->namesFor(FieldId::Client, prefix, mostCompletions));
    });
    for (const QLineEdit *line : {m_topic, m_file, m_asClient})
        connect(line, &QLineEdit::textChanged, this, &PublishPanel::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PublishPanel::check);
    connect(m_form, &QComboBox::currentIndexChanged, this, &PublishPanel::showForm);
    connect(m_how, &QComboBox::currentIndexChanged, this, &PublishPanel::check);
    connect(m_qos, &QComboBox::currentIndexChanged, this, &PublishPanel::check);
    connect(m_properties, &PropertiesForm::edited, this, &PublishPanel::check);
    connect(&m_run, &PublishRun::progressed, this, &PublishPanel::showProgress);
    connect(&m_run, &PublishRun::ended, this, &PublishPanel::showProgress);
    connect(&m_run, &PublishRun::failed, this, [this](const QString &why) { m_failure = why; });
    fillMenus();
    showForm();
}

QWidget *PublishPanel::messagePage()
{
    setFocusProxy(m_topic);
    m_topic->setObjectName(QStringLiteral("topic"));
    m_topic->setPlaceholderText(QStringLiteral("site/kitchen/temperature"));
    completerOf(m_topics, m_topic);
    m_form->addItems({tr("Text"), tr("JSON"), tr("Hex"), tr("File")});
    m_form->setAccessibleName(tr("Form of the payload"));
    m_form->setObjectName(QStringLiteral("form"));
    m_qos->addItems({tr("QoS 0"), tr("QoS 1"), tr("QoS 2")});
    m_qos->setAccessibleName(tr("Quality of service"));
    m_qos->setObjectName(QStringLiteral("qos"));
    m_retain->setObjectName(QStringLiteral("retain"));
    m_asClient->setPlaceholderText(tr("the broker itself"));
    m_asClient->setToolTip(tr("Client id in whose name it is published, with the rights of that client; empty: the broker "
                              "itself, which may everything"));
    completerOf(m_clients, m_asClient);
    m_text->setObjectName(QStringLiteral("payload"));
    m_text->setAccessibleName(tr("Payload"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlaceholderText(tr("Payload. ${n} counts, ${time} is the time in milliseconds."));
    m_text->setTabChangesFocus(true);
    m_file->setAccessibleName(tr("File that is the payload"));

    auto *filePage = new QWidget(this);
    auto *fileRow = new QHBoxLayout;
    auto *choose = new QPushButton(icon(QStringLiteral("open")), tr("Choose …"), filePage);
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(choose);
    auto *fileColumn = new QVBoxLayout(filePage);
    fileColumn->setContentsMargins({});
    fileColumn->addLayout(fileRow);
    fileColumn->addStretch(1);
    m_bodies->addWidget(m_text);
    m_bodies->addWidget(filePage);
    connect(choose, &QPushButton::clicked, this, &PublishPanel::chooseFile);

    auto *page = new QWidget(this);
    auto *form = new QFormLayout;
    form->addRow(tr("&Topic:"), m_topic);
    auto *options = new QHBoxLayout;
    options->addWidget(m_form);
    options->addWidget(m_qos);
    options->addWidget(m_retain);
    options->addStretch(1);
    options->addWidget(menuButton(QStringLiteral("history"), tr("History"), m_historyMenu, page));
    options->addWidget(menuButton(QStringLiteral("star"), tr("Templates"), m_templateMenu, page));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(em(this, 0.4), em(this, 0.4), em(this, 0.4), 0);
    column->addLayout(form);
    column->addLayout(options);
    column->addWidget(m_bodies, 1);
    auto *as = new QFormLayout;
    as->addRow(tr("&As:"), m_asClient);
    column->addLayout(as);
    return page;
}

QWidget *PublishPanel::sendRow()
{
    auto *row = new QWidget(this);
    m_how->addItems({tr("once"), tr("repeatedly"), tr("as a burst")});
    m_how->setAccessibleName(tr("How often it is sent"));
    m_how->setObjectName(QStringLiteral("how"));
    m_interval->setRange(1, 3'600'000);
    m_interval->setValue(1'000);
    m_interval->setPrefix(tr("every "));
    m_interval->setSuffix(tr(" ms"));
    m_interval->setAccessibleName(tr("Interval"));
    m_count->setRange(0, 1'000'000);
    m_count->setSpecialValueText(tr("until stopped"));
    m_count->setSuffix(tr(" times"));
    m_count->setAccessibleName(tr("How many times"));
    m_send->setObjectName(QStringLiteral("send"));
    m_send->setToolTip(tr("Publish (Ctrl+Enter)"));
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(m_how);
    layout->addWidget(m_interval);
    layout->addWidget(m_count);
    layout->addStretch(1);
    layout->addWidget(m_send);
    connect(m_send, &QPushButton::clicked, this, &PublishPanel::startOrStop);
    return row;
}

PublishDraft PublishPanel::draft() const
{
    PublishDraft draft;
    draft.topic = m_topic->text();
    draft.form = static_cast<PayloadForm>(m_form->currentIndex());
    draft.text = m_text->toPlainText();
    draft.file = m_file->text();
    draft.qos = static_cast<QoS>(m_qos->currentIndex());
    draft.retain = m_retain->isChecked();
    draft.properties = m_properties->properties();
    draft.asClient = m_asClient->text();
    return draft;
}

void PublishPanel::setDraft(const PublishDraft &draft)
{
    m_topic->setText(draft.topic);
    m_form->setCurrentIndex(static_cast<int>(draft.form));
    m_text->setPlainText(draft.text);
    m_file->setText(draft.file);
    m_qos->setCurrentIndex(static_cast<int>(draft.qos));
    m_retain->setChecked(draft.retain);
    m_properties->setProperties(draft.properties);
    m_asClient->setText(draft.asClient);
    check();
}

void PublishPanel::setTopic(const QString &topic)
{
    m_topic->setText(topic);
    m_topic->setFocus();
}

void PublishPanel::showForm()
{
    m_bodies->setCurrentIndex(m_form->currentIndex() == static_cast<int>(PayloadForm::File) ? 1 : 0);
    check();
}

void PublishPanel::check()
{
    m_problem.clear();
    m_failure.clear();
    const int how = m_how->currentIndex();
    m_interval->setVisible(how == Repeat);
    m_count->setVisible(how != Once);
    m_count->setMinimum(how == Burst ? 1 : 0);
    if (m_topic->text().isEmpty()) {
        m_state->clear(); // nothing is wrong before somebody has begun
    } else {
        m_problem = m_properties->problem();
        // A file is read when it is sent, not with each letter.
        if (m_problem.isEmpty() && m_form->currentIndex() != static_cast<int>(PayloadForm::File)) {
            const auto packet = packetOf(draft(), 1);
            if (const QString *problem = std::get_if<QString>(&packet))
                m_problem = *problem;
        }
    }
    showProgress();
}

void PublishPanel::showProgress()
{
    const bool isRunning = m_run.isRunning();
    m_send->setText(isRunning ? tr("Stop") : tr("Publish"));
    m_send->setIcon(icon(isRunning ? QStringLiteral("stop") : QStringLiteral("publish")));
    m_send->setEnabled(isRunning || (!m_topic->text().isEmpty() && m_problem.isEmpty()));
    const QString &wrong = m_problem.isEmpty() ? m_failure : m_problem;
    QPalette own = palette();
    own.setColor(QPalette::WindowText, toneColor(wrong.isEmpty() ? Tone::Quiet : Tone::Bad, palette()));
    m_state->setPalette(own);
    if (!wrong.isEmpty())
        m_state->setText(wrong);
    else if (m_run.sent() > 0)
        m_state->setText(tr("Sent %1, taken by the broker %2").arg(countText(m_run.sent()), countText(m_run.answered())));
    else
        m_state->clear();
}

void PublishPanel::complete()
{
    if (m_names)
        m_topics->setStringList(m_names->namesFor(FieldId::Topic, m_topic->text(), mostCompletions));
}

void PublishPanel::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("File that is the payload"));
    if (!file.isEmpty())
        m_file->setText(file);
}

void PublishPanel::send()
{
    if (!m_run.isRunning() && m_send->isEnabled())
        startOrStop();
}

void PublishPanel::startOrStop()
{
    if (m_run.isRunning()) {
        m_run.stop();
        return;
    }
    remember();
    m_failure.clear();
    const auto count = static_cast<quint64>(m_count->value());
    switch (m_how->currentIndex()) {
    case Repeat:
        m_run.repeat(draft(), std::chrono::milliseconds(m_interval->value()), count);
        break;
    case Burst:
        m_run.burst(draft(), count);
        break;
    default:
        m_run.sendOnce(draft());
    }
    showProgress();
}

void PublishPanel::remember()
{
    const PublishDraft now = draft();
    if (now.text.size() > mostHistoryCharacters)
        return;
    m_history.removeAll(now);
    m_history.prepend(now);
    m_history = m_history.mid(0, historyLength);
    fillMenus();
    Q_EMIT kept();
}

void PublishPanel::saveTemplate()
{
    const PublishDraft now = draft();
    bool isNamed = false;
    const QString name = QInputDialog::getText(this, tr("Save as template"), tr("Name:"), QLineEdit::Normal, now.title(), &isNamed);
    if (!isNamed || name.isEmpty())
        return;
    m_templates.removeIf([&](const auto &each) { return each.first == name; });
    m_templates.append({name, now});
    fillMenus();
    Q_EMIT kept();
}

void PublishPanel::fillMenus()
{
    m_historyMenu->clear();
    for (const PublishDraft &before : std::as_const(m_history))
        m_historyMenu->addAction(before.title().replace(u'&', QStringLiteral("&&")), this, [this, before] { setDraft(before); });
    if (m_history.isEmpty())
        m_historyMenu->addAction(tr("Nothing was sent yet"))->setEnabled(false);
    else
        m_historyMenu->addAction(icon(QStringLiteral("trash")), tr("Forget all"), this, [this] {
            m_history.clear();
            fillMenus();
            Q_EMIT kept();
        });

    m_templateMenu->clear();
    m_templateMenu->addAction(icon(QStringLiteral("save")), tr("Save as template …"), this, &PublishPanel::saveTemplate);
    if (m_templates.isEmpty())
        return;
    QMenu *removal = new QMenu(tr("Remove"), m_templateMenu);
    m_templateMenu->addSeparator();
    for (const auto &[name, draft] : std::as_const(m_templates)) {
        const QString label = QString(name).replace(u'&', QStringLiteral("&&"));
        m_templateMenu->addAction(label, this, [this, draft = draft] { setDraft(draft); });
        removal->addAction(label, this, [this, name = name] {
            m_templates.removeIf([&](const auto &each) { return each.first == name; });
            fillMenus();
            Q_EMIT kept();
        });
    }
    m_templateMenu->addSeparator();
    m_templateMenu->addMenu(removal);
}

QByteArray PublishPanel::saved() const
{
    QJsonArray history;
    for (const PublishDraft &each : m_history)
        history.append(each.toJson());
    QJsonArray templates;
    for (const auto &[name, draft] : m_templates) {
        QJsonObject json = draft.toJson();
        json[QLatin1String("name")] = name;
        templates.append(json);
    }
    return QJsonDocument(QJsonObject{{QLatin1String("draft"), draft().toJson()}, {QLatin1String("history"), history},
                             {QLatin1String("templates"), templates}})
        .toJson(QJsonDocument::Compact);
}

void PublishPanel::restore(const QByteArray &saved)
{
    const QJsonObject json = QJsonDocument::fromJson(saved).object();
    m_history.clear();
    const QJsonArray history = json[QLatin1String("history")].toArray();
    for (const QJsonValue &each : history)
        m_history.append(PublishDraft::fromJson(each.toObject()));
    m_templates.clear();
    const QJsonArray templates = json[QLatin1String("templates")].toArray();
    for (const QJsonValue &each : templates)
        m_templates.append({each[QLatin1String("name")].toString(), PublishDraft::fromJson(each.toObject())});
    setDraft(PublishDraft::fromJson(json[QLatin1String("draft")].toObject()));
    fillMenus();
}

} // namespace pigeon
