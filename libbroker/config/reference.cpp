#include "config/reference.h"

#include "config/configkeys.h"
#include "config/configvalue.h"
#include "config/reloaddiff.h"

#include <QStringList>

namespace pigeon {

namespace {

/// Text within a cell of a table.
QString cell(const QString &text)
{
    return QString(text).replace(u'|', QLatin1String("\\|"));
}

QString code(const QString &text)
{
    return text.isEmpty() ? QString() : QStringLiteral("`%1`").arg(text);
}

/// What an untouched configuration has.
QString defaultOf(const ConfigKey &key)
{
    if (key.defaultText)
        return QString::fromUtf8(key.defaultText);
    if (!key.field.show)
        return {};
    const Configuration untouched;
    QStringList values;
    for (const ConfigValue &value : key.field.show({untouched, untouched.defaultListener}))
        values.append(writtenValue(key, value));
    return values.join(QStringLiteral(", "));
}

QString row(const QStringList &cells)
{
    QStringList escaped;
    for (const QString &each : cells)
        escaped.append(cell(each));
    return QStringLiteral("| %1 |\n").arg(escaped.join(QStringLiteral(" | ")));
}

QString workingRow(const ConfigKey &key)
{
    QStringList marks;
    if (key.isOurs)
        marks.append(QStringLiteral("ours"));
    if (key.scope == KeyScope::Listener)
        marks.append(QStringLiteral("listener"));
    if (key.mayRepeat)
        marks.append(QStringLiteral("repeats"));
    // Keys of one value have nothing that could be changed.
    const QString reload = key.standing == KeyStanding::Works ? effectText(effectOf(key)) : QString();
    const QString help = QString::fromUtf8(key.help)
        + (*key.reason ? QStringLiteral(" Another value is refused: ") + QString::fromUtf8(key.reason) : QString());
    return row(
        {code(QLatin1String(key.name)), valueForm(key), defaultOf(key), help, reload,
        marks.join(QStringLiteral(", "))});
}

bool works(const ConfigKey &key)
{
    return key.standing == KeyStanding::Works || key.standing == KeyStanding::OneValue;
}

QString workingTable()
{
    QString table = QStringLiteral("| Key | Value | Default | What it does | On a reload | |\n|---|---|---|---|---|---|\n");
    for (const ConfigKey &key : configKeys()) {
        if (works(key))
            table += workingRow(key);
    }
    return table;
}

QString otherTable(std::initializer_list<KeyStanding> standings)
{
    QString table = QStringLiteral("| Key | What mosquitto does with it | Why, and what to do |\n|---|---|---|\n");
    for (const ConfigKey &key : configKeys()) {
        if (std::find(standings.begin(), standings.end(), key.standing) != standings.end())
            table += row({code(QLatin1String(key.name)), QString::fromUtf8(key.help), QString::fromUtf8(key.reason)});
    }
    return table;
}

// --- what is in force ----------------------------------------------------------------------------------------

QString line(const QString &text, const QString &from)
{
    return QStringLiteral("%1 # %2\n").arg(text, -48).arg(from);
}

/// Where the value number `index` of a key was said.
QString origin(const GivenKeys &given, const ConfigKey &key, size_t index)
{
    const std::vector<Place> places = given.value(QLatin1String(key.name));
    if (places.empty())
        return QStringLiteral("default");
    return places[std::min(index, places.size() - 1)].text();
}

QString keyInForce(const ConfigKey &key, const ConfigView &view, const GivenKeys &given, const QString &overruledBy)
{
    QString lines;
    const std::vector<ConfigValue> values = key.field.show(view);
    for (size_t i = 0; i < values.size(); ++i)
        lines += line(QStringLiteral("%1 %2").arg(QLatin1String(key.name), writtenValue(key, values[i])),
            overruledBy.isEmpty() ? origin(given, key, i) : overruledBy);
    return lines;
}

QString listenerInForce(const Configuration &configuration, const ListenerSettings &listener)
{
    const QString from = listener.place.file.isEmpty() ? QStringLiteral("default") : listener.place.text();
    const QString &where = listener.socketPath.isEmpty() ? listener.address : listener.socketPath;
    QString lines = line(QStringLiteral("listener %1 %2").arg(listener.port).arg(where).trimmed(), from);
    for (const ConfigKey &key : configKeys()) {
        if (key.scope == KeyScope::Listener && key.field.show && listener.given.contains(QLatin1String(key.name)))
            lines += keyInForce(key, {configuration, listener}, listener.given, {});
    }
    return lines;
}

} // namespace

const char reloadSection[] =
    "## Reload\n\n"
    "SIGHUP (`systemctl reload pigeond`) reads everything again: this file and what it includes,\n"
    "the password and ACL files, certificates; log files are opened anew. All or nothing: with one\n"
    "mistake in any of them the log names them all and everything is as before. Else the log has a\n"
    "line for each key that differs. The column *On a reload* says what becomes of it:\n\n"
    "| | |\n|---|---|\n"
    "| now | in force at once, for everybody |\n"
    "| new connections | for who connects from then on; what a client was told when it connected holds |\n"
    "| restart | the log says that it is not in force; a restart is needed |\n\n"
    "Listeners come and go: a client that came in through one that is gone (or speaks something else\n"
    "now, or asks for a proof that it did not ask for) is disconnected with reason 0x98. With 0x87 goes\n"
    "whose user is no longer in the password file, or has another password there, and who has no user\n"
    "where `allow_anonymous` has become false. Who has only begun to come in there is closed and may try\n"
    "again. A subscription that the rights do not allow any more is taken away, also of clients that are\n"
    "away. Nobody else notices. A listener whose port stays takes over new terms without refusing a\n"
    "connection meanwhile.\n\n";

QString optionsPage()
{
    return QStringLiteral("# The keys of a configuration file\n\n"
                          "`pigeond -c FILE` reads mosquitto's syntax: a key and its value a line. A `#` begins a\n"
                          "comment at the beginning of a line, and after a space behind a value of one word.\n"
                          "`pigeond --check-config -c FILE` says all that is wrong with a file, and `--print-config`\n"
                          "what is in force and where it was said. An unknown key, two values for one key and a\n"
                          "value out of its range are errors: the broker does not start.\n\n"
                          "This page is drawn from the table in `libbroker/config/configkeys.cpp`\n"
                          "(`pigeond --print-options-page`); a test compares the two.\n\n")
        + QLatin1String(reloadSection)
        + QStringLiteral("## Keys that work\n\n"
                          "*ours*: mosquitto does not know it. *listener*: belongs to the `listener` above it. *repeats*:\n"
                          "may be given several times. Durations are written with `ms`, `s`, `min`, `h` or `d`.\n\n")
        + workingTable()
        + QStringLiteral("\n## Keys that are not needed\n\nThey are taken, without effect, and a notice says so.\n\n")
        + otherTable({KeyStanding::Unneeded})
        + QStringLiteral("\n## Keys that are refused\n\nThe broker does not start with them.\n\n")
        + otherTable({KeyStanding::NotYet, KeyStanding::Never});
}

QString configurationInForce(const Configuration &configuration, const Invocation &invocation)
{
    QString text;
    for (const ListenerSettings &listener : configuration.listeners)
        text += listenerInForce(configuration, listener);
    const ConfigView view{configuration, configuration.defaultListener};
    for (const ConfigKey &key : configKeys()) {
        if (key.scope == KeyScope::Listener || !key.field.show)
            continue;
        const bool isOverruled = invocation.isVerbose && QLatin1String(key.name) == QLatin1String("log_type");
        text += keyInForce(key, view, configuration.given, isOverruled ? QStringLiteral("command line") : QString());
    }
    return text;
}

} // namespace pigeon
