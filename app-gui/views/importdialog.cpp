#include "views/importdialog.h"

#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace pigeon {

namespace {

constexpr int progressSteps = 1000;

} // namespace

ImportDialog::ImportDialog(const QString &path, const Capture &capture, MonitorSource &source, QWidget *parent)
    : QDialog(parent)
    , m_import(path, capture, source)
    , m_text(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_problems(new QPlainTextEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("importRetained"));
    setWindowTitle(tr("Import retained messages"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress->setRange(0, progressSteps);
    m_progress->setAccessibleName(tr("Progress of the import"));
    m_problems->setReadOnly(true);
    m_problems->setAccessibleName(tr("Lines that are wrong"));
    m_problems->setTabChangesFocus(true);
    m_problems->hide();

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_close = buttons->button(QDialogButtonBox::Cancel);
    m_begin = buttons->addButton(tr("&Import"), QDialogButtonBox::ActionRole);
    m_begin->setIcon(icon(QStringLiteral("import")));
    m_begin->setEnabled(false);
    connect(m_begin, &QPushButton::clicked, this, &ImportDialog::begin);
    connect(buttons, &QDialogButtonBox::rejected, this, &ImportDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_text);
    column->addWidget(m_progress);
    column->addWidget(m_problems, 1);
    column->addStretch(0);
    column->addWidget(buttons);
    resize(em(this, 40), em(this, 14));

    connect(&m_import, &RetainedImport::progressed, this, [this](double share) { m_progress->setValue(static_cast<int>(share * progressSteps)); });
    connect(&m_import, &RetainedImport::problemFound, this, &ImportDialog::addProblem);
    connect(&m_import, &RetainedImport::failed, this, [this](const QString &why) {
        m_progress->hide();
        m_problems->hide();
        m_text->setText(why);
        m_close->setText(tr("Close"));
    });
    connect(&m_import, &RetainedImport::counted, this, &ImportDialog::ask);
    connect(&m_import, &RetainedImport::ended, this, &ImportDialog::tellEnd);
    m_text->setText(tr("Reading %1 …").arg(QDir::toNativeSeparators(path)));
    m_import.count();
}

QString ImportDialog::text() const { return m_text->text(); }

void ImportDialog::ask()
{
    const RetainedImport::Found &found = m_import.found();
    m_progress->setValue(0);
    m_progress->hide();
    QStringList said{tr("%1 holds %n retained message(s), %2 of payload.", nullptr, static_cast<int>(found.messages))
                         .arg(QDir::toNativeSeparators(m_import.path()), bytesText(found.bytes))};
    if (found.messages > 0) {
        said.append(found.replaced == 0 ? tr("None of their topics has one now.")
                                        : tr("Topics that have one already, which will be replaced: %1.").arg(countText(found.replaced)));
        said.append(tr("They are published by the broker itself: who has subscribed gets them now. You can undo it in the view Retained."));
    }
    if (m_import.problemCount() > 0)
        said.append(tr("Lines that are wrong and will be left out: %1.").arg(countText(m_import.problemCount())));
    m_text->setText(said.join(u'\n'));
    m_begin->setEnabled(found.messages > 0);
    m_begin->setDefault(true);
    m_begin->setFocus();
}

void ImportDialog::begin()
{
    m_begin->setEnabled(false);
    m_progress->show();
    m_text->setText(tr("%n message(s) are being set …", nullptr, static_cast<int>(m_import.found().messages)));
    m_import.run();
}

void ImportDialog::tellEnd()
{
    if (m_import.set() > 0)
        Q_EMIT imported(m_import.takeUndo());
    if (m_isLeaving)
        return QDialog::reject();
    const quint64 wanted = m_import.found().messages;
    m_progress->hide();
    m_text->setText(m_import.set() == wanted
            ? tr("%n retained message(s) are set.", nullptr, static_cast<int>(wanted))
            : tr("%1 of %2 retained messages are set.").arg(countText(m_import.set()), countText(wanted)));
    m_close->setText(tr("Close"));
    m_close->setFocus();
}

void ImportDialog::addProblem(quint64 line, const QString &why)
{
    m_problems->show();
    if (m_import.problemCount() <= RetainedImport::mostProblems)
        m_problems->appendPlainText(tr("Line %1: %2").arg(line).arg(why));
    else if (m_import.problemCount() == RetainedImport::mostProblems + 1)
        m_problems->appendPlainText(tr("… and more."));
}

void ImportDialog::reject()
{
    if (!m_import.isRunning())
        return QDialog::reject();
    m_isLeaving = true;
    m_import.cancel();
}

} // namespace pigeon
