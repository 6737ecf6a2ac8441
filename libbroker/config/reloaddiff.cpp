#include "config/reloaddiff.h"

#include "config/configkeys.h"
#include "config/configvalue.h"

#include <QStringList>

#include <algorithm>

namespace pigeon {

namespace {

const ListenerSettings *findSame(const std::vector<ListenerSettings> &all, const ListenerSettings &listener)
{
    const auto isIt = [&listener](const ListenerSettings &each) { return each.isSamePlace(listener); };
    const auto found = std::find_if(all.begin(), all.end(), isIt);
    return found == all.end() ? nullptr : &*found;
}

QString valuesOf(const ConfigKey &key, const ConfigView &view)
{
    QStringList values;
    for (const ConfigValue &value : key.field.show(view))
        values.append(writtenValue(key, value));
    return values.isEmpty() ? QStringLiteral("nothing") : values.join(QStringLiteral(", "));
}

Place placeOf(const GivenKeys &given, const ConfigKey &key)
{
    const std::vector<Place> places = given.value(QLatin1String(key.name));
    return places.empty() ? Place() : places.front();
}

void compareKey(const ConfigKey &key, const Configuration &before, const Configuration &after,
    std::vector<ConfigChange> &changes)
{
    const QLatin1String name(key.name);
    // Where nobody has said anything the default holds, also one that is made up anew each time.
    if (!key.isListenersOwn && !before.given.contains(name) && !after.given.contains(name))
        return;
    const QString then = valuesOf(key, {before, before.defaultListener});
    const QString now = valuesOf(key, {after, after.defaultListener});
    if (then != now)
        changes.push_back({name, then, now, placeOf(after.given, key), effectOf(key)});
}

void compareListener(const Configuration &before, const ListenerSettings &then, const Configuration &after,
    const ListenerSettings &now, std::vector<ConfigChange> &changes)
{
    for (const ConfigKey &key : configKeys()) {
        if (key.scope != KeyScope::Listener || !key.field.show)
            continue;
        const QString valueThen = valuesOf(key, {before, then});
        const QString valueNow = valuesOf(key, {after, now});
        if (valueThen != valueNow)
            changes.push_back({QStringLiteral("%1: %2").arg(now.text(), QLatin1String(key.name)), valueThen, valueNow,
                placeOf(now.given, key), effectOf(key)});
    }
}

void compareListeners(const Configuration &before, const Configuration &after, std::vector<ConfigChange> &changes)
{
    for (const ListenerSettings &then : before.listeners) {
        if (!findSame(after.listeners, then))
            changes.push_back({QStringLiteral("listener"), then.text(), {}, {}, ReloadEffect::Now});
    }
    for (const ListenerSettings &now : after.listeners) {
        if (const ListenerSettings *then = findSame(before.listeners, now))
            compareListener(before, *then, after, now, changes);
        else
            changes.push_back({QStringLiteral("listener"), {}, now.text(), now.place, ReloadEffect::Now});
    }
}

} // namespace

ReloadEffect effectOf(const ConfigKey &key)
{
    if (key.scope == KeyScope::Listener || key.isForNewConnections)
        return ReloadEffect::NewConnections;
    return key.isReloadable ? ReloadEffect::Now : ReloadEffect::Restart;
}

QString effectText(ReloadEffect effect)
{
    switch (effect) {
    case ReloadEffect::Now:
        return QStringLiteral("now");
    case ReloadEffect::NewConnections:
        return QStringLiteral("new connections");
    case ReloadEffect::Restart:
        break;
    }
    return QStringLiteral("restart");
}

QString ConfigChange::text() const
{
    QString text;
    if (before.isEmpty())
        text = QStringLiteral("%1: %2 is new").arg(what, after);
    else if (after.isEmpty())
        text = QStringLiteral("%1: %2 is gone").arg(what, before);
    else
        text = QStringLiteral("%1: %2 -> %3").arg(what, before, after);
    if (!place.file.isEmpty())
        text += QStringLiteral(" (%1)").arg(place.text());
    switch (effect) {
    case ReloadEffect::Now:
        return text;
    case ReloadEffect::NewConnections:
        return text + QStringLiteral(", for who connects from now on");
    case ReloadEffect::Restart:
        break;
    }
    return text + QStringLiteral(", NOT in force: it needs a restart");
}

std::vector<ConfigChange> changesBetween(
    const Configuration &atStart, const Configuration &inForce, const Configuration &again)
{
    std::vector<ConfigChange> changes;
    compareListeners(inForce, again, changes);
    for (const ConfigKey &key : configKeys()) {
        if (key.scope != KeyScope::Listener && key.field.show)
            compareKey(key, effectOf(key) == ReloadEffect::Restart ? atStart : inForce, again, changes);
    }
    return changes;
}

} // namespace pigeon
