#include "publish/propertiesform.h"

#include "look/icons.h"
#include "look/measure.h"
#include "publish/publishdraft.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>

namespace pigeon {

namespace {

std::optional<QByteArray> typed(const QLineEdit *line)
{
    return line->text().isEmpty() ? std::nullopt : std::optional<QByteArray>(line->text().toUtf8());
}

QToolButton *button(const QString &iconName, const QString &tip, QWidget *parent)
{
    auto *made = new QToolButton(parent);
    made->setIcon(icon(iconName));
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setAutoRaise(true);
    return made;
}

} // namespace

PropertiesForm::PropertiesForm(QWidget *parent)
    : QWidget(parent)
    , m_format(new QComboBox(this))
    , m_contentType(new QLineEdit(this))
    , m_expires(new QCheckBox(tr("after"), this))
    , m_expiry(new QSpinBox(this))
    , m_responseTopic(new QLineEdit(this))
    , m_correlation(new QLineEdit(this))
    , m_user(new QTableWidget(0, 2, this))
{
    m_format->addItems({tr("not said"), tr("bytes (0)"), tr("UTF-8 text (1)")});
    m_contentType->setPlaceholderText(QStringLiteral("application/json"));
    m_contentType->setObjectName(QStringLiteral("contentType"));
    m_expiry->setRange(0, std::numeric_limits<int>::max());
    m_expiry->setSuffix(tr(" s"));
    m_expiry->setAccessibleName(tr("Message expiry interval"));
    m_expiry->setEnabled(false);
    m_correlation->setPlaceholderText(tr("hexadecimal, such as 01 a0"));
    m_user->setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    m_user->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_user->verticalHeader()->hide();
    m_user->setAccessibleName(tr("User properties"));
    m_user->setObjectName(QStringLiteral("userProperties"));
    m_user->setMinimumHeight(em(this, 4));

    auto *form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("Content t&ype:"), m_contentType);
    form->addRow(tr("Payload f&ormat:"), m_format);
    auto *expiryRow = new QHBoxLayout;
    expiryRow->addWidget(m_expires);
    expiryRow->addWidget(m_expiry, 1);
    form->addRow(tr("Expires:"), expiryRow);
    form->addRow(tr("&Response topic:"), m_responseTopic);
    form->addRow(tr("Correlat&ion data:"), m_correlation);
    auto *add = button(QStringLiteral("add"), tr("Add a user property"), this);
    add->setObjectName(QStringLiteral("addUserProperty"));
    auto *remove = button(QStringLiteral("remove"), tr("Remove the user property"), this);
    auto *buttons = new QVBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addStretch(1);
    auto *userRow = new QHBoxLayout;
    userRow->addWidget(m_user, 1);
    userRow->addLayout(buttons);
    form->addRow(tr("User properties:"), userRow);

    connect(add, &QToolButton::clicked, this, [this] {
        addPair({}, {});
        m_user->editItem(m_user->item(m_user->rowCount() - 1, 0));
    });
    connect(remove, &QToolButton::clicked, this, [this] {
        m_user->removeRow(m_user->currentRow());
        Q_EMIT edited();
    });
    connect(m_expires, &QCheckBox::toggled, m_expiry, &QSpinBox::setEnabled);
    connect(m_expires, &QCheckBox::toggled, this, &PropertiesForm::edited);
    connect(m_expiry, &QSpinBox::valueChanged, this, &PropertiesForm::edited);
    connect(m_format, &QComboBox::currentIndexChanged, this, &PropertiesForm::edited);
    connect(m_user, &QTableWidget::itemChanged, this, &PropertiesForm::edited);
    for (const QLineEdit *line : {m_contentType, m_responseTopic, m_correlation})
        connect(line, &QLineEdit::textChanged, this, &PropertiesForm::edited);
}

Properties PropertiesForm::properties() const
{
    Properties properties;
    if (m_format->currentIndex() > 0)
        properties.payloadFormatIndicator = quint32(m_format->currentIndex() - 1);
    properties.contentType = typed(m_contentType);
    if (m_expires->isChecked())
        properties.messageExpiryInterval = quint32(m_expiry->value());
    properties.responseTopic = typed(m_responseTopic);
    if (!m_correlation->text().isEmpty()) {
        const auto bytes = bytesFromHex(m_correlation->text());
        if (const QByteArray *correlation = std::get_if<QByteArray>(&bytes))
            properties.correlationData = *correlation;
    }
    for (int row = 0; row < m_user->rowCount(); ++row)
        properties.userProperties.push_back({m_user->item(row, 0)->text().toUtf8(), m_user->item(row, 1)->text().toUtf8()});
    return properties;
}

void PropertiesForm::setProperties(const Properties &properties)
{
    m_format->setCurrentIndex(properties.payloadFormatIndicator ? int(*properties.payloadFormatIndicator) + 1 : 0);
    m_contentType->setText(QString::fromUtf8(properties.contentType.value_or(QByteArray())));
    m_expires->setChecked(properties.messageExpiryInterval.has_value());
    m_expiry->setValue(static_cast<int>(properties.messageExpiryInterval.value_or(0)));
    m_responseTopic->setText(QString::fromUtf8(properties.responseTopic.value_or(QByteArray())));
    m_correlation->setText(QString::fromLatin1(properties.correlationData.value_or(QByteArray()).toHex(' ')));
    m_user->setRowCount(0);
    for (const UserProperty &pair : properties.userProperties)
        addPair(pair.name, pair.value);
}

QString PropertiesForm::problem() const
{
    const auto bytes = bytesFromHex(m_correlation->text());
    const QString *problem = std::get_if<QString>(&bytes);
    return problem ? tr("Correlation data: %1").arg(*problem) : QString();
}

void PropertiesForm::addPair(const QByteArray &name, const QByteArray &value)
{
    const QSignalBlocker blocker(m_user); // nobody is told of half a row
    const int row = m_user->rowCount();
    m_user->insertRow(row);
    m_user->setItem(row, 0, new QTableWidgetItem(QString::fromUtf8(name)));
    m_user->setItem(row, 1, new QTableWidgetItem(QString::fromUtf8(value)));
}

} // namespace pigeon
