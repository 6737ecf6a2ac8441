#include "views/filteredit.h"

#include "filter/filterhelp.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QTimer>
#include <QToolTip>
#include <QTreeView>
#include <QVBoxLayout>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

// Long enough that a word is typed, short enough that nobody waits.
constexpr auto restOfTyping = 180ms;
constexpr int historyLength = 20;

} // namespace

FilterEdit::FilterEdit(FilterView view, const FilterNames *names, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_names(names)
    , m_line(new QLineEdit(this))
    , m_error(new QLabel(this))
    , m_rest(new QTimer(this))
    , m_items(new QStandardItemModel(0, 2, this))
    , m_completer(new QCompleter(m_items, this))
{
    m_line->setObjectName(QStringLiteral("filter"));
    m_line->setPlaceholderText(tr("Filter: a word, or %1").arg(typicalFilter(view)));
    m_line->setAccessibleName(tr("Filter"));
    m_line->setClearButtonEnabled(true);
    m_line->addAction(icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_error->setTextFormat(Qt::PlainText);
    m_error->setWordWrap(true);
    m_error->hide();
    m_rest->setSingleShot(true);
    m_rest->setInterval(restOfTyping);

    auto *popup = new QTreeView;
    popup->setRootIsDecorated(false);
    popup->setHeaderHidden(true);
    popup->setUniformRowHeights(true);
    popup->setAccessibleName(tr("Completions"));
    m_completer->setPopup(popup);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(12);
    m_completer->setWidget(m_line); // not setCompleter: it would complete the whole text, not the word at the cursor

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(em(this, 0.15));
    column->addWidget(m_line);
    column->addWidget(m_error);
    setFocusProxy(m_line);

    m_filter = compileFilter({}, m_view);
    m_inForce = m_filter.program;
    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::textChanged, this, &FilterEdit::check);
    connect(m_line, &QLineEdit::textEdited, this, [this] { complete(false); });
    connect(m_line, &QLineEdit::returnPressed, this, [this] {
        takeOver();
        Q_EMIT left();
    });
    connect(m_rest, &QTimer::timeout, this, &FilterEdit::takeOver);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterEdit::insert);
}

QString FilterEdit::text() const { return m_line->text(); }

void FilterEdit::setText(const QString &text)
{
    m_line->setText(text);
    takeOver();
}

void FilterEdit::apply(const QString &term, FilterJoin join) { setText(joinFilter(text(), term, join, m_view)); }

void FilterEdit::begin()
{
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

void FilterEdit::check()
{
    m_filter = compileFilter(m_line->text(), m_view);
    tint();
    m_error->setVisible(m_filter.error.has_value());
    m_error->setText(m_filter.error ? m_filter.error->sentence : QString());
    m_rest->start();
}

void FilterEdit::takeOver()
{
    m_rest->stop();
    if (!m_filter.program || m_filter.program == m_inForce)
        return;
    m_inForce = m_filter.program;
    const QString text = m_line->text().trimmed();
    if (!text.isEmpty()) {
        m_history.removeAll(text);
        m_history.prepend(text);
        m_history = m_history.mid(0, historyLength);
    }
    Q_EMIT changed(m_inForce);
}

void FilterEdit::tint()
{
    const QPalette own = parentWidget() ? parentWidget()->palette() : QPalette();
    QPalette line = own;
    if (m_filter.error || !m_line->text().trimmed().isEmpty()) {
        line.setColor(QPalette::Base,
            washedGround(m_filter.error ? Tone::Bad : Tone::Good, own, QPalette::Base));
    }
    m_line->setPalette(line);
    QPalette error = own;
    error.setColor(QPalette::WindowText, toneColor(Tone::Bad, own));
    m_error->setPalette(error);
}

void FilterEdit::complete(bool isAsked)
{
    m_completion = completeFilter(m_line->text(), m_line->cursorPosition(), m_view, m_names);
    m_items->removeRows(0, m_items->rowCount());
    if (isAsked && m_line->text().isEmpty()) {
        for (const QString &before : std::as_const(m_history))
            m_items->appendRow({new QStandardItem(before), new QStandardItem(tr("used before"))});
    }
    for (const FilterCompletion::Item &item : m_completion.items)
        m_items->appendRow({new QStandardItem(item.text), new QStandardItem(item.help)});
    if (m_items->rowCount() == 0 || (!isAsked && m_completion.length == 0)) {
        m_completer->popup()->hide();
        return;
    }
    auto *popup = static_cast<QTreeView *>(m_completer->popup());
    popup->resizeColumnToContents(0);
    m_completer->complete();
}

void FilterEdit::insert(const QString &completion)
{
    QString text = m_line->text();
    if (m_history.contains(completion) && text.isEmpty()) {
        m_line->setText(completion);
        return;
    }
    text.replace(m_completion.position, m_completion.length, completion);
    m_line->setText(text);
    m_line->setCursorPosition(static_cast<int>(m_completion.position + completion.size()));
}

bool FilterEdit::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_line && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Escape) {
            setText({});
            Q_EMIT left();
            return true;
        }
        if (key->key() == Qt::Key_Space && key->modifiers() == Qt::ControlModifier) {
            complete(true);
            return true;
        }
        if (key->key() == Qt::Key_Down) {
            if (m_line->text().isEmpty())
                complete(true);
            else
                Q_EMIT left();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FilterEdit::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        tint();
}

} // namespace pigeon
