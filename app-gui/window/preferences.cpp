#include "window/preferences.h"

#include <QDir>
#include <QStandardPaths>

namespace pigeon {

namespace {

// To be raised when docks or pages change so that what was saved fits no more. Tables see to their columns themselves.
constexpr int layoutVersion = 1;
constexpr qsizetype recentFiles = 8;

QString layoutKey(const QString &name) { return QStringLiteral("layouts/%1").arg(name); }

} // namespace

Preferences::Preferences()
    : m_settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("pigeon"), QStringLiteral("pigeon"))
{
    if (m_settings.value(QStringLiteral("layouts/version")).toInt() != layoutVersion)
        forgetLayouts();
}

Theme Preferences::theme() const
{
    const int saved = value(QStringLiteral("theme")).toInt();
    return saved >= 0 && saved <= static_cast<int>(Theme::Dark) ? static_cast<Theme>(saved) : Theme::System;
}
void Preferences::setTheme(Theme theme) { setValue(QStringLiteral("theme"), static_cast<int>(theme)); }

QString Preferences::language() const { return value(QStringLiteral("language")).toString(); }
void Preferences::setLanguage(const QString &language) { setValue(QStringLiteral("language"), language); }

int Preferences::ringRows() const
{
    return std::clamp(value(QStringLiteral("ring/rows"), 1'000'000).toInt(), 10'000, 5'000'000);
}
void Preferences::setRingRows(int rows) { setValue(QStringLiteral("ring/rows"), rows); }

int Preferences::ringMegabytes() const
{
    return std::clamp(value(QStringLiteral("ring/megabytes"), 256).toInt(), 16, 4'096);
}
void Preferences::setRingMegabytes(int megabytes) { setValue(QStringLiteral("ring/megabytes"), megabytes); }

int Preferences::framesPerSecond() const
{
    return std::clamp(value(QStringLiteral("framesPerSecond"), 20).toInt(), 1, 30);
}
void Preferences::setFramesPerSecond(int frames) { setValue(QStringLiteral("framesPerSecond"), frames); }


QString Preferences::configFile() const { return value(QStringLiteral("broker/configFile")).toString(); }

void Preferences::setConfigFile(const QString &path)
{
    setValue(QStringLiteral("broker/configFile"), path);
    if (path.isEmpty())
        return;
    QStringList recent = recentConfigFiles();
    recent.removeAll(path);
    recent.prepend(path);
    setValue(QStringLiteral("broker/recentFiles"), QStringList(recent.mid(0, recentFiles)));
}

QStringList Preferences::recentConfigFiles() const { return value(QStringLiteral("broker/recentFiles")).toStringList(); }

QByteArray Preferences::layout(const QString &name) const { return value(layoutKey(name)).toByteArray(); }
void Preferences::setLayout(const QString &name, const QByteArray &layout) { setValue(layoutKey(name), layout); }

void Preferences::forgetLayouts()
{
    m_settings.remove(QStringLiteral("layouts"));
    m_settings.setValue(QStringLiteral("layouts/version"), layoutVersion);
}

QVariant Preferences::value(const QString &key, const QVariant &otherwise) const
{
    return m_settings.value(key, otherwise);
}

void Preferences::setValue(const QString &key, const QVariant &value) { m_settings.setValue(key, value); }

QString Preferences::ownConfigFile()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation))
        .filePath(QStringLiteral("pigeon/pigeon.conf"));
}

} // namespace pigeon
