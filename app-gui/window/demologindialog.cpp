#include "window/demologindialog.h"

#include "look/measure.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace pigeon {

DemoLoginDialog::DemoLoginDialog(const QString &refused, QWidget *parent)
    : QDialog(parent)
    , m_user(new QLineEdit(refused, this))
    , m_password(new QLineEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Demo traffic"));
    auto *why = new QLabel(refused.isEmpty() ? tr("The broker lets nobody in without user and password.")
                                             : tr("The broker does not let %1 in with this password.").arg(refused), this);
    why->setTextFormat(Qt::PlainText);
    why->setWordWrap(true);
    m_user->setObjectName(QStringLiteral("user"));
    m_password->setObjectName(QStringLiteral("password"));
    m_password->setEchoMode(QLineEdit::Password);
    auto *note = new QLabel(tr("The simulated devices come in as this user, who needs the right to read and write below demo/. "
                               "The password is not kept."), this);
    note->setForegroundRole(QPalette::PlaceholderText);
    note->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    QPushButton *go = buttons->button(QDialogButtonBox::Ok);
    go->setText(tr("&Start"));
    const auto check = [this, go] { go->setEnabled(!m_user->text().isEmpty()); };
    connect(m_user, &QLineEdit::textChanged, this, check);
    check();
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *form = new QFormLayout(this);
    form->addRow(why);
    form->addRow(tr("&User:"), m_user);
    form->addRow(tr("&Password:"), m_password);
    form->addRow(note);
    form->addRow(buttons);
    setMinimumWidth(em(this, 26));
}

QString DemoLoginDialog::user() const { return m_user->text(); }
QString DemoLoginDialog::password() const { return m_password->text(); }

} // namespace pigeon
