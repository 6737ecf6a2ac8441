#include "config/writer.h"

#include "config/configkeys.h"
#include "config/configvalue.h"

#include <algorithm>

namespace pigeon {

namespace {

struct WrittenLine
{
    const ConfigKey *key;
    QString value;
};

QStringList textsOf(const ConfigKey &key, const ConfigView &view)
{
    QStringList texts;
    for (const ConfigValue &value : key.field.show(view))
        texts.append(writtenValue(key, value));
    return texts;
}

/// What another key has brought about is no value that this one could be given.
bool isReadable(const ConfigKey &key, const QString &text)
{
    ConfigValue value{text, 0, {}};
    return !readValue(key, value);
}

/// What is made up anew for each configuration that does not say it.
bool isMadeUp(const ConfigKey &key)
{
    const Configuration one;
    const Configuration other;
    return textsOf(key, {one, one.defaultListener}) != textsOf(key, {other, other.defaultListener});
}

/// The values of a key that an untouched configuration has not.
QStringList changedTexts(const ConfigKey &key, const ConfigView &view, const ConfigView &untouched)
{
    if (key.standing != KeyStanding::Works || !key.field.show || !key.field.apply)
        return {};
    QStringList texts = textsOf(key, view);
    if (texts == textsOf(key, untouched)
        || (!view.configuration.isGiven(QLatin1String(key.name)) && isMadeUp(key)))
        return {};
    texts.removeIf([&key](const QString &text) { return !isReadable(key, text); });
    return texts;
}

bool isFirst(const ConfigKey &key)
{
    return QLatin1String(key.name) == QLatin1String("per_listener_settings");
}

std::vector<WrittenLine> linesOfBroker(const Configuration &configuration)
{
    const Configuration untouched;
    std::vector<WrittenLine> lines;
    for (const ConfigKey &key : configKeys()) {
        const bool isListeners = key.scope == KeyScope::Listener || (configuration.isPerListener && key.isListenersOwn);
        if (isListeners)
            continue;
        const ConfigView view{configuration, configuration.defaultListener};
        for (const QString &text : changedTexts(key, view, {untouched, untouched.defaultListener}))
            lines.push_back({&key, text});
    }
    // It must stand before the keys that it is about.
    std::stable_partition(lines.begin(), lines.end(), [](const WrittenLine &line) { return isFirst(*line.key); });
    return lines;
}

std::vector<WrittenLine> linesOfListener(const Configuration &configuration, const ListenerSettings &listener)
{
    const Configuration untouched;
    std::vector<WrittenLine> lines;
    for (const ConfigKey &key : configKeys()) {
        const QString name = QLatin1String(key.name);
        if (configuration.isPerListener && key.isListenersOwn && listener.own.contains(name)) {
            lines.push_back({&key, listener.own.value(name)});
        } else if (key.scope == KeyScope::Listener) {
            for (const QString &text : changedTexts(key, {configuration, listener}, {untouched, untouched.defaultListener}))
                lines.push_back({&key, text});
        }
    }
    return lines;
}

QString text(const WrittenLine &line)
{
    return QStringLiteral("%1 %2\n").arg(QLatin1String(line.key->name), line.value);
}

QString text(const ListenerSettings &listener)
{
    const QString &where = listener.socketPath.isEmpty() ? listener.address : listener.socketPath;
    return QStringLiteral("listener %1 %2").arg(listener.port).arg(where).trimmed() + u'\n';
}

bool isStrange(QChar character)
{
    return character.category() == QChar::Other_Control && character != u'\t';
}

} // namespace

QString writtenConfiguration(const Configuration &configuration)
{
    QString written;
    for (const WrittenLine &line : linesOfBroker(configuration))
        written += text(line);
    for (const ListenerSettings &listener : configuration.listeners) {
        written += (written.isEmpty() ? QString() : QStringLiteral("\n")) + text(listener);
        for (const WrittenLine &line : linesOfListener(configuration, listener))
            written += text(line);
    }
    return written;
}

QString unwritablePart(const Configuration &configuration)
{
    std::vector<WrittenLine> lines = linesOfBroker(configuration);
    for (const ListenerSettings &listener : configuration.listeners) {
        const std::vector<WrittenLine> more = linesOfListener(configuration, listener);
        lines.insert(lines.end(), more.begin(), more.end());
    }
    for (const WrittenLine &line : lines) {
        const bool isCut = line.value != line.value.trimmed(); // spaces at the ends are not read
        if (isCut || std::any_of(line.value.begin(), line.value.end(), isStrange))
            return QStringLiteral("%1 has a line break, a control character, or a space at its begin or end, which a "
                                  "configuration file cannot have.")
                .arg(QLatin1String(line.key->name));
    }
    return {};
}

} // namespace pigeon
