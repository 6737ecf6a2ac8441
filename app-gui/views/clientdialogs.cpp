#include "views/clientdialogs.h"

#include "look/measure.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "monitor/words.h"

#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace pigeon {

namespace {

QDialogButtonBox *buttons(QDialog *dialog, const QString &label)
{
    auto *box = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
    box->button(QDialogButtonBox::Ok)->setText(label);
    QObject::connect(box, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(box, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return box;
}

QString hexText(ReasonCode reason) { return QStringLiteral("0x%1").arg(static_cast<uint>(reason), 2, 16, QLatin1Char('0')); }

} // namespace

DisconnectDialog::DisconnectDialog(const QString &who, QWidget *parent)
    : QDialog(parent)
    , m_reason(new QComboBox(this))
    , m_text(new QLineEdit(this))
{
    setWindowTitle(tr("Disconnect %1").arg(who));
    for (const ReasonCode reason : words::reasonsOf(PacketType::Disconnect)) {
        m_reason->addItem(QStringLiteral("%1  %2").arg(hexText(reason), words::reason(reason, PacketType::Disconnect)),
            static_cast<int>(reason));
    }
    m_reason->setCurrentIndex(m_reason->findData(static_cast<int>(ReasonCode::AdministrativeAction)));
    m_text->setPlaceholderText(tr("may be empty"));
    auto *form = new QFormLayout(this);
    form->addRow(tr("&Reason:"), m_reason);
    form->addRow(tr("&Text for the client:"), m_text);
    auto *note = new QLabel(tr("A client of MQTT 5.0 is told both; an older one is only disconnected."), this);
    note->setForegroundRole(QPalette::PlaceholderText);
    note->setWordWrap(true);
    form->addRow(note);
    form->addRow(buttons(this, tr("&Disconnect")));
    setMinimumWidth(em(this, 26));
}

ReasonCode DisconnectDialog::reason() const { return static_cast<ReasonCode>(m_reason->currentData().toInt()); }
QByteArray DisconnectDialog::text() const { return m_text->text().toUtf8(); }

BanDialog::BanDialog(const QByteArray &clientId, const QByteArray &user, const QByteArray &address, int others, QWidget *parent)
    : QDialog(parent)
    , m_by(new QComboBox(this))
    , m_duration(new QComboBox(this))
    , m_note(new QLineEdit(this))
{
    const QString who = others == 0 ? plainLine(clientId) : tr("%1 and %n more", nullptr, others).arg(plainLine(clientId));
    setWindowTitle(tr("Ban %1").arg(who));
    const auto offer = [&](const QString &label, const QByteArray &value, BannedBy by) {
        if (!value.isEmpty())
            m_by->addItem(others == 0 ? QStringLiteral("%1: %2").arg(label, plainLine(value)) : label, static_cast<int>(by));
    };
    offer(tr("Client id"), clientId, BannedBy::ClientId);
    offer(tr("User"), user, BannedBy::UserName);
    offer(tr("Address"), address, BannedBy::Address);
    const std::pair<QString, int> durations[] = {{tr("10 minutes"), 600}, {tr("1 hour"), 3'600}, {tr("1 day"), 86'400},
        {tr("until it is lifted, or the broker ends"), 0}};
    for (const auto &[label, seconds] : durations)
        m_duration->addItem(label, seconds);
    m_duration->setCurrentIndex(1);
    m_note->setPlaceholderText(tr("for whoever wonders later"));
    auto *form = new QFormLayout(this);
    form->addRow(tr("&By:"), m_by);
    form->addRow(tr("&For:"), m_duration);
    form->addRow(tr("&Note:"), m_note);
    form->addRow(buttons(this, tr("&Ban")));
    setMinimumWidth(em(this, 26));
}

BannedBy BanDialog::by() const { return static_cast<BannedBy>(m_by->currentData().toInt()); }

std::optional<std::chrono::milliseconds> BanDialog::endsAt() const
{
    const int seconds = m_duration->currentData().toInt();
    if (seconds == 0)
        return std::nullopt;
    return std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch() + qint64(seconds) * 1000);
}

QByteArray BanDialog::note() const { return m_note->text().toUtf8(); }

SubscribeDialog::SubscribeDialog(const QString &who, QWidget *parent)
    : QDialog(parent)
    , m_filter(new QLineEdit(this))
    , m_qos(new QComboBox(this))
    , m_problem(new QLabel(this))
{
    setWindowTitle(tr("Subscribe %1").arg(who));
    m_filter->setPlaceholderText(QStringLiteral("site/+/temperature"));
    m_qos->addItems({tr("QoS 0"), tr("QoS 1"), tr("QoS 2")});
    m_qos->setCurrentIndex(1);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    QPalette own = palette();
    own.setColor(QPalette::WindowText, toneColor(Tone::Bad, palette()));
    m_problem->setPalette(own);
    auto *form = new QFormLayout(this);
    form->addRow(tr("&Topic filter:"), m_filter);
    form->addRow(tr("At &most:"), m_qos);
    form->addRow(m_problem);
    auto *box = buttons(this, tr("&Subscribe"));
    form->addRow(box);
    const auto enable = [this, box] {
        check();
        box->button(QDialogButtonBox::Ok)->setEnabled(!m_filter->text().isEmpty() && m_problem->text().isEmpty());
    };
    connect(m_filter, &QLineEdit::textChanged, this, enable);
    enable();
    setMinimumWidth(em(this, 26));
}

void SubscribeDialog::check()
{
    const QByteArray filter = m_filter->text().toUtf8();
    const QString problem = filter.isEmpty() ? QString() : words::filterProblem(filter);
    m_problem->setText(problem.isEmpty() ? QString() : tr("This is no topic filter: %1.").arg(problem));
}

SubscribeEntry SubscribeDialog::entry() const
{
    return {.filter = m_filter->text().toUtf8(), .maximumQoS = static_cast<QoS>(m_qos->currentIndex())};
}

} // namespace pigeon
