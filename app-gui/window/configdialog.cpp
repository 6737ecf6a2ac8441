#include "window/configdialog.h"

#include "host/configurationfile.h"
#include "look/ask.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/theme.h"
#include "window/configkeytable.h"
#include "window/configtext.h"
#include "window/preferences.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTextBlock>
#include <QTimer>
#include <QVBoxLayout>

namespace pigeon {

namespace {

using namespace std::chrono_literals;
constexpr auto restOfTyping = 250ms;

} // namespace

ConfigDialog::ConfigDialog(const QString &file, const QString &text, QWidget *parent)
    : QDialog(parent)
    , m_file(file.isEmpty() ? Preferences::ownConfigFile() : file)
    , m_isNew(file.isEmpty())
    , m_listeners(new QListWidget(this))
    , m_place(new QLineEdit(this))
    , m_listenerKeys(new ConfigKeyTable({KeyScope::Listener}, this))
    , m_keys(new ConfigKeyTable({KeyScope::Broker, KeyScope::Process}, this))
    , m_text(new QPlainTextEdit(this))
    , m_problems(new QListWidget(this))
    , m_rest(new QTimer(this))
{
    setObjectName(QStringLiteral("configuration"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Configuration of the broker"));
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(listenerPage(), icon(QStringLiteral("network")), tr("Listeners"));
    tabs->addTab(optionPage(), icon(QStringLiteral("settings")), tr("Options"));
    auto *halves = new QSplitter(this);
    halves->setChildrenCollapsible(false);
    halves->addWidget(tabs);
    halves->addWidget(textPage());
    halves->setSizes({em(this, 40), em(this, 26)});

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_apply = buttons->addButton(tr("&Save and apply"), QDialogButtonBox::ActionRole);
    m_apply->setObjectName(QStringLiteral("apply"));
    m_restart = buttons->addButton(tr("Save and &restart"), QDialogButtonBox::ActionRole);
    connect(m_apply, &QPushButton::clicked, this, [this] { Q_EMIT applied(this->file(), this->text()); });
    connect(m_restart, &QPushButton::clicked, this, [this] { Q_EMIT restartWanted(this->file(), this->text()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *column = new QVBoxLayout(this);
    column->addWidget(halves, 1);
    column->addWidget(buttons);
    resize(em(this, 66), em(this, 38));

    m_rest->setSingleShot(true);
    m_rest->setInterval(restOfTyping);
    connect(m_rest, &QTimer::timeout, this, &ConfigDialog::refresh);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_isFilling)
            m_rest->start();
    });
    m_text->setPlainText(text);
    refresh();
    m_listeners->setCurrentRow(0);
    m_saved = this->text();
    // Enter ends the typing in a line; what a button does is not meant by it.
    const QList<QPushButton *> all = findChildren<QPushButton *>();
    for (QPushButton *button : all)
        button->setAutoDefault(false);
}

void ConfigDialog::setSaved()
{
    m_isNew = false;
    m_saved = text();
}

void ConfigDialog::reject()
{
    const bool isTyping = m_place->isEnabled() && m_place->text() != m_listeners->currentItem()->text();
    const bool isSaved = text() == m_saved && !isTyping;
    if (isSaved || ask(this, windowTitle(), tr("There are changes that are not saved. Throw them away?")))
        QDialog::reject();
}

QWidget *ConfigDialog::listenerPage()
{
    auto *page = new QWidget(this);
    m_listeners->setAccessibleName(tr("Listeners"));
    m_listeners->setMaximumHeight(em(this, 7));
    m_place->setObjectName(QStringLiteral("place"));
    m_place->setPlaceholderText(tr("port, and an address: 1883 localhost; without one on all interfaces"));
    auto *add = new QPushButton(icon(QStringLiteral("add")), tr("&Add"), page);
    m_removeListener = new QPushButton(icon(QStringLiteral("remove")), tr("Re&move"), page);
    auto *row = new QHBoxLayout;
    row->addWidget(m_listeners, 1);
    auto *buttons = new QVBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(m_removeListener);
    buttons->addStretch(1);
    row->addLayout(buttons);
    auto *form = new QFormLayout;
    form->addRow(tr("&Port and address:"), m_place);
    auto *column = new QVBoxLayout(page);
    column->addLayout(row);
    column->addLayout(form);
    column->addWidget(m_listenerKeys, 1);

    connect(m_listeners, &QListWidget::currentRowChanged, this, [this] {
        if (!m_isFilling)
            showListener();
    });
    connect(add, &QPushButton::clicked, this, [this] {
        change([](ConfigText &text) { text.addListener(QStringLiteral("1883 localhost")); });
        m_listeners->setCurrentRow(m_listeners->count() - 1);
        m_place->setFocus();
        m_place->selectAll();
    });
    connect(m_removeListener, &QPushButton::clicked, this, [this] {
        change([this](ConfigText &text) { text.removeListener(m_listeners->currentRow()); });
    });
    connect(m_place, &QLineEdit::editingFinished, this, [this] {
        if (m_listeners->currentItem() && m_listeners->currentItem()->text() != m_place->text())
            change([this](ConfigText &text) { text.setListener(m_listeners->currentRow(), m_place->text().trimmed()); });
    });
    connect(m_listenerKeys, &ConfigKeyTable::edited, this, [this](const QString &key, const QString &value) {
        const int listener = m_listeners->currentRow();
        change([&](ConfigText &text) { value.isEmpty() ? text.remove(key, listener) : text.setValue(key, value, listener); });
    });
    return page;
}

QWidget *ConfigDialog::optionPage()
{
    auto *page = new QWidget(this);
    auto *search = new QLineEdit(page);
    search->setPlaceholderText(tr("Search in keys and what they do"));
    search->setClearButtonEnabled(true);
    search->setAccessibleName(tr("Search options"));
    search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    auto *column = new QVBoxLayout(page);
    column->addWidget(search);
    column->addWidget(m_keys, 1);
    connect(search, &QLineEdit::textChanged, m_keys, &ConfigKeyTable::setPattern);
    connect(m_keys, &ConfigKeyTable::edited, this, [this](const QString &key, const QString &value) {
        change([&](ConfigText &text) { value.isEmpty() ? text.remove(key) : text.setValue(key, value); });
    });
    return page;
}

QWidget *ConfigDialog::textPage()
{
    auto *page = new QWidget(this);
    auto *name = new QLabel(QDir::toNativeSeparators(m_file), page);
    name->setTextFormat(Qt::PlainText);
    name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    name->setForegroundRole(QPalette::PlaceholderText);
    name->setWordWrap(true);
    m_text->setAccessibleName(tr("Text of the configuration file"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_problems->setAccessibleName(tr("What is wrong"));
    m_problems->setMaximumHeight(em(this, 6));
    m_problems->setWordWrap(true);
    connect(m_problems, &QListWidget::itemActivated, this, &ConfigDialog::goToProblem);
    auto *column = new QVBoxLayout(page);
    column->addWidget(name);
    column->addWidget(m_text, 1);
    column->addWidget(m_problems);
    return page;
}

QString ConfigDialog::text() const { return m_text->toPlainText(); }

void ConfigDialog::change(const std::function<void(ConfigText &)> &change)
{
    ConfigText text(m_text->toPlainText());
    change(text);
    // As one edit, so that Ctrl+Z in the text takes it back.
    QTextCursor all(m_text->document());
    all.select(QTextCursor::Document);
    m_isFilling = true;
    all.insertText(text.text());
    m_isFilling = false;
    refresh();
}

void ConfigDialog::refresh()
{
    const ConfigText text(m_text->toPlainText());
    const int current = std::max(0, m_listeners->currentRow());
    m_isFilling = true;
    m_listeners->clear();
    m_listeners->addItems(text.listeners());
    m_listeners->setCurrentRow(std::min(current, m_listeners->count() - 1));
    m_isFilling = false;
    m_keys->show(text, {});
    showListener();
    check();
}

void ConfigDialog::showListener()
{
    const int listener = m_listeners->currentRow();
    const bool isThere = listener >= 0;
    m_place->setEnabled(isThere);
    m_listenerKeys->setEnabled(isThere);
    m_removeListener->setEnabled(isThere);
    m_place->setText(isThere ? m_listeners->currentItem()->text() : QString());
    m_listenerKeys->show(ConfigText(m_text->toPlainText()), isThere ? listener : 0);
}

void ConfigDialog::check()
{
    const ParsedConfiguration parsed = window::parseText(m_text->toPlainText(), m_file);
    m_problems->clear();
    for (const Diagnostic &each : parsed.diagnostics) {
        const bool isError = each.severity == Diagnostic::Severity::Error;
        const QString place = each.place.line > 0 ? tr("line %1: ").arg(each.place.line) : QString();
        auto *item = new QListWidgetItem(icon(isError ? QStringLiteral("error") : QStringLiteral("about")), place + each.text, m_problems);
        item->setData(Qt::UserRole, each.place.line);
        item->setForeground(toneColor(isError ? Tone::Bad : Tone::Quiet, palette()));
    }
    if (m_problems->count() == 0)
        new QListWidgetItem(icon(QStringLiteral("ok")), tr("Everything in it is sound."), m_problems);
    const bool isSound = !hasErrors(parsed.diagnostics);
    m_apply->setEnabled(isSound);
    m_restart->setEnabled(isSound);
}

void ConfigDialog::goToProblem()
{
    const QListWidgetItem *item = m_problems->currentItem();
    const int line = item ? item->data(Qt::UserRole).toInt() : 0;
    if (line > 0) {
        m_text->setTextCursor(QTextCursor(m_text->document()->findBlockByNumber(line - 1)));
        m_text->setFocus();
    }
}

} // namespace pigeon
