#pragma once

#include "look/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

namespace pigeon {




/// What the window remembers from one time to the next, in an INI file of the user's. What a newer or older version has
/// written in another form is left out rather than misread: layouts carry a version. GUI thread.
class Preferences
{
public:
    Preferences();

    Theme theme() const;
    void setTheme(Theme theme);
    /// "en", "de"; empty = the system's.
    QString language() const;
    void setLanguage(const QString &language);
    /// Rows that the rings of messages and packets hold.
    int ringRows() const;
    void setRingRows(int rows);
    /// Memory that these rows may hold of payloads, MiB.
    int ringMegabytes() const;
    void setRingMegabytes(int megabytes);
    /// How often the views are brought up to date, times a second.
    int framesPerSecond() const;
    void setFramesPerSecond(int frames);

    /// The configuration that the broker ran with the last time; empty = it never ran here.
    QString configFile() const;
    void setConfigFile(const QString &path);
    /// Those that were opened, the newest first.
    QStringList recentConfigFiles() const;

    /// A layout (of the main window, of a header) by its name; empty when there is none of this version.
    QByteArray layout(const QString &name) const;
    void setLayout(const QString &name, const QByteArray &layout);
    void forgetLayouts();

    QVariant value(const QString &key, const QVariant &otherwise = {}) const;
    void setValue(const QString &key, const QVariant &value);

    /// Where the configuration is kept that was made in the window.
    static QString ownConfigFile();

private:
    QSettings m_settings;
};

} // namespace pigeon
