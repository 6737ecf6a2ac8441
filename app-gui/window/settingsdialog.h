#pragma once

#include <QDialog>


class QComboBox;
class QLabel;
class QSpinBox;

namespace pigeon {

class Preferences;

/// What the window looks like and how much it keeps. What can be is in force at once; what needs a new start says so.
/// GUI thread; the preferences must outlive it.
class SettingsDialog final : public QDialog
{
    Q_OBJECT

public:
    SettingsDialog(Preferences &preferences, QWidget *parent);

Q_SIGNALS:
    void themeChanged();
    void rateChanged();

private:
    void save();

    Preferences &m_preferences;
    QComboBox *const m_theme;
    QComboBox *const m_language;
    QSpinBox *const m_rows;
    QSpinBox *const m_megabytes;
    QSpinBox *const m_frames;
    QLabel *const m_later;
};

} // namespace pigeon
