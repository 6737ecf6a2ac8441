#include "window/firstrunpage.h"

#include "look/icons.h"
#include "look/measure.h"
#include "look/theme.h"
#include "window/reachable.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTimer>
#include <QButtonGroup>

namespace pigeon {

namespace {

QLabel *text(const QString &words, QWidget *parent)
{
    auto *label = new QLabel(words, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel *quiet(const QString &words, QWidget *parent)
{
    QLabel *label = text(words, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *heading(const QString &words, double scale, QWidget *parent)
{
    QLabel *label = text(words, parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setBold(true);
    label->setFont(font);
    return label;
}

QFrame *card(QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setAutoFillBackground(true);
    frame->setBackgroundRole(QPalette::Base);
    return frame;
}

QHBoxLayout *titleRow(const QString &iconName, const QString &title, QFrame *frame)
{
    auto *row = new QHBoxLayout;
    auto *picture = new QLabel(frame);
    picture->setPixmap(icon(iconName).pixmap(QSize(em(frame, 1.6), em(frame, 1.6)), frame->devicePixelRatioF()));
    row->addWidget(picture);
    row->addWidget(heading(title, 1.2, frame), 1);
    return row;
}

} // namespace

FirstRunPage::FirstRunPage(QWidget *parent)
    : QWidget(parent)
    , m_port(new QSpinBox)
    , m_portState(quiet({}, nullptr))
    , m_loopback(new QRadioButton(tr("Programs on &this machine only")))
    , m_network(new QRadioButton(tr("Devices in the &network, too")))
    , m_access(new QWidget)
    , m_everybody(new QRadioButton(tr("&Everybody may connect")))
    , m_oneUser(new QRadioButton(tr("Only &with a password")))
    , m_user(new QLineEdit)
    , m_password(new QLineEdit)
    , m_address(new QComboBox)
    , m_copy(new QPushButton(icon(QStringLiteral("copy")), tr("&Copy")))
    , m_demo(new QCheckBox(tr("Start &demo traffic: simulated devices to look at")))
    , m_run(new QPushButton(icon(QStringLiteral("start")), tr("&Run the broker")))
{
    setObjectName(QStringLiteral("firstRun"));
    auto *inner = new QWidget;
    inner->setMaximumWidth(em(this, 46));
    auto *column = new QVBoxLayout(inner);
    column->setSpacing(em(this, 1));
    column->addStretch(1);
    column->addWidget(heading(tr("Pigeon"), 2, inner));
    column->addWidget(quiet(tr("The MQTT broker you can see into. No broker is running yet."), inner));
    column->addWidget(runCard());
    column->addWidget(fileCard());
    column->addStretch(2);

    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    auto *middle = new QWidget;
    auto *row = new QHBoxLayout(middle);
    row->addStretch(1);
    row->addWidget(inner, 6);
    row->addStretch(1);
    scroll->setWidget(middle);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(scroll);

    for (QRadioButton *button : {m_loopback, m_network, m_everybody, m_oneUser})
        connect(button, &QRadioButton::toggled, this, &FirstRunPage::refresh);
    connect(m_port, &QSpinBox::valueChanged, this, &FirstRunPage::refresh);
    connect(m_user, &QLineEdit::textChanged, this, &FirstRunPage::refresh);
    connect(m_password, &QLineEdit::textChanged, this, &FirstRunPage::refresh);
    connect(m_copy, &QPushButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_address->currentText()); });
    connect(m_run, &QPushButton::clicked, this, [this] { Q_EMIT runWanted(wish()); });
    refresh();
}

QWidget *FirstRunPage::runCard()
{
    QFrame *frame = card(this);
    auto *column = new QVBoxLayout(frame);
    column->setSpacing(em(this, 0.7));
    column->addLayout(titleRow(QStringLiteral("broker"), tr("Run a broker here"), frame));

    m_port->setRange(1, 65'535);
    m_port->setValue(1883);
    m_port->setObjectName(QStringLiteral("port"));
    m_port->setAccessibleName(tr("Port"));
    m_loopback->setChecked(true);
    m_everybody->setChecked(true);
    m_network->setObjectName(QStringLiteral("network"));
    m_password->setEchoMode(QLineEdit::Password);
    m_user->setPlaceholderText(tr("User name"));
    m_user->setAccessibleName(tr("User name"));
    m_password->setPlaceholderText(tr("Password"));
    m_password->setAccessibleName(tr("Password"));
    m_address->setAccessibleName(tr("Address to type into a device"));
    m_address->setToolTip(tr("What devices are told: this address is where the broker will be found"));
    m_demo->setObjectName(QStringLiteral("demo"));
    m_run->setObjectName(QStringLiteral("run"));
    m_run->setDefault(true);

    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    auto *portRow = new QHBoxLayout;
    portRow->addWidget(m_port);
    portRow->addWidget(m_portState, 1);
    form->addRow(tr("&Port:"), portRow);
    static_cast<QLabel *>(form->labelForField(portRow))->setBuddy(m_port);
    auto *who = new QVBoxLayout;
    who->addWidget(m_loopback);
    who->addWidget(m_network);
    form->addRow(tr("For:"), who);

    auto *access = new QVBoxLayout(m_access);
    access->setContentsMargins(em(this, 1.5), 0, 0, 0);
    access->addWidget(m_everybody);
    access->addWidget(m_oneUser);
    auto *login = new QHBoxLayout;
    login->setContentsMargins(em(this, 1.5), 0, 0, 0);
    login->addWidget(m_user);
    login->addWidget(m_password);
    access->addLayout(login);
    who->addWidget(m_access);
    auto *group = new QButtonGroup(this); // two questions within one card
    group->addButton(m_everybody);
    group->addButton(m_oneUser);

    auto *addressRow = new QHBoxLayout;
    addressRow->addWidget(m_address, 1);
    addressRow->addWidget(m_copy);
    form->addRow(tr("Address to type &in:"), addressRow);
    static_cast<QLabel *>(form->labelForField(addressRow))->setBuddy(m_address);
    form->addRow(QString(), m_demo);
    column->addLayout(form);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_run);
    column->addLayout(buttons);
    return frame;
}

QWidget *FirstRunPage::fileCard()
{
    QFrame *frame = card(this);
    auto *column = new QVBoxLayout(frame);
    column->addLayout(titleRow(QStringLiteral("open"), tr("Open a configuration file"), frame));
    column->addWidget(quiet(tr("One of pigeond or of mosquitto: the syntax is the same. The broker runs by it, and what you "
                               "change in the window is saved there."),
        frame));
    m_recent = new QWidget(frame);
    new QVBoxLayout(m_recent);
    m_recent->layout()->setContentsMargins({});
    column->addWidget(m_recent);
    auto *choose = new QPushButton(icon(QStringLiteral("open")), tr("&Open a file …"), frame);
    connect(choose, &QPushButton::clicked, this, [this] { Q_EMIT fileWanted({}); });
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(choose);
    column->addLayout(buttons);
    return frame;
}

void FirstRunPage::setRecentFiles(const QStringList &files)
{
    qDeleteAll(m_recent->findChildren<QPushButton *>(Qt::FindDirectChildrenOnly));
    for (const QString &file : files) {
        auto *button = new QPushButton(icon(QStringLiteral("file")), QDir::toNativeSeparators(file), m_recent);
        button->setFlat(true);
        button->setStyleSheet(QStringLiteral("text-align: left"));
        connect(button, &QPushButton::clicked, this, [this, file] { Q_EMIT fileWanted(file); });
        m_recent->layout()->addWidget(button);
    }
}

void FirstRunPage::setDemo(bool isOn)
{
    m_demo->setChecked(isOn);
}

FirstRunPage::Wish FirstRunPage::wish() const
{
    Wish wish;
    wish.port = static_cast<quint16>(m_port->value());
    wish.isForNetwork = m_network->isChecked();
    if (wish.isForNetwork && m_oneUser->isChecked()) {
        wish.user = m_user->text();
        wish.password = m_password->text();
    }
    wish.isDemo = m_demo->isChecked();
    return wish;
}

void FirstRunPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh(); // the port may be free again
    m_run->setFocus();
}

void FirstRunPage::refresh()
{
    const bool isNetwork = m_network->isChecked();
    const auto port = static_cast<quint16>(m_port->value());
    m_access->setVisible(isNetwork);
    m_user->setEnabled(m_oneUser->isChecked());
    m_password->setEnabled(m_oneUser->isChecked());

    QStringList urls;
    const QStringList hosts = isNetwork ? networkAddresses() : QStringList{QStringLiteral("127.0.0.1")};
    for (const QString &host : hosts)
        urls.append(brokerUrl(host, port));
    const QString before = m_address->currentText();
    m_address->clear();
    m_address->addItems(urls);
    m_address->setCurrentIndex(std::max(0, m_address->findText(before)));
    m_copy->setEnabled(!urls.isEmpty());

    const QString problem = isVisible() ? portProblem(port, !isNetwork) : QString();
    m_portState->setText(problem.isEmpty() ? tr("free") : problem);
    QPalette own = palette();
    own.setColor(QPalette::PlaceholderText, toneColor(problem.isEmpty() ? Tone::Good : Tone::Bad, palette()));
    m_portState->setPalette(own);
    const bool isLoginWhole = !isNetwork || m_everybody->isChecked()
        || (!m_user->text().isEmpty() && !m_password->text().isEmpty());
    m_run->setEnabled(problem.isEmpty() && isLoginWhole);
}

} // namespace pigeon
