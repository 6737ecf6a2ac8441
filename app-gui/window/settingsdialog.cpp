#include "window/settingsdialog.h"

#include "look/measure.h"
#include "window/preferences.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>

namespace pigeon {

SettingsDialog::SettingsDialog(Preferences &preferences, QWidget *parent)
    : QDialog(parent)
    , m_preferences(preferences)
    , m_theme(new QComboBox(this))
    , m_language(new QComboBox(this))
    , m_rows(new QSpinBox(this))
    , m_megabytes(new QSpinBox(this))
    , m_frames(new QSpinBox(this))
    , m_later(new QLabel(tr("Language, rows and memory are in force from the next start of Pigeon on."), this))
{
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    m_theme->setCurrentIndex(static_cast<int>(preferences.theme()));
    m_theme->setObjectName(QStringLiteral("theme"));
    const std::pair<QString, QString> languages[] = {{tr("As the system"), QString()}, {QStringLiteral("English"), QStringLiteral("en")},
        {QStringLiteral("Deutsch"), QStringLiteral("de")}};
    for (const auto &[name, code] : languages)
        m_language->addItem(name, code);
    m_language->setCurrentIndex(std::max(0, m_language->findData(preferences.language())));
    m_rows->setRange(10'000, 5'000'000);
    m_rows->setSingleStep(100'000);
    m_rows->setGroupSeparatorShown(true);
    m_rows->setValue(preferences.ringRows());
    m_megabytes->setRange(16, 4'096);
    m_megabytes->setSuffix(QStringLiteral(" MB"));
    m_megabytes->setValue(preferences.ringMegabytes());
    m_frames->setRange(1, 30);
    m_frames->setSuffix(tr(" times a second"));
    m_frames->setValue(preferences.framesPerSecond());
    m_later->setForegroundRole(QPalette::PlaceholderText);
    m_later->setWordWrap(true);

    auto *form = new QFormLayout(this);
    form->addRow(tr("&Colours:"), m_theme);
    form->addRow(tr("&Language:"), m_language);
    form->addRow(tr("&Messages kept to look at:"), m_rows);
    form->addRow(tr("&At most:"), m_megabytes);
    form->addRow(tr("&Views are brought up to date:"), m_frames);
    form->addRow(m_later);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
    for (const QComboBox *box : {m_theme, m_language})
        connect(box, &QComboBox::activated, this, &SettingsDialog::save);
    for (const QSpinBox *box : {m_rows, m_megabytes, m_frames})
        connect(box, &QSpinBox::valueChanged, this, &SettingsDialog::save);
    setMinimumWidth(em(this, 28));
}

void SettingsDialog::save()
{
    const auto theme = static_cast<Theme>(m_theme->currentIndex());
    const bool isOtherTheme = theme != m_preferences.theme();
    m_preferences.setTheme(theme);
    m_preferences.setLanguage(m_language->currentData().toString());
    m_preferences.setRingRows(m_rows->value());
    m_preferences.setRingMegabytes(m_megabytes->value());
    m_preferences.setFramesPerSecond(m_frames->value());
    if (isOtherTheme)
        Q_EMIT themeChanged();
    Q_EMIT rateChanged();
}

} // namespace pigeon
