#include "config/parser.h"

#include "config/configkeys.h"
#include "config/configlines.h"
#include "config/configvalue.h"
#include "config/settle.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace pigeon {

namespace {

using Severity = Diagnostic::Severity;

/// Takes line after line into a configuration.
class Parser
{
public:
    Parser(ParsedConfiguration &parsed, const ReadConfigFolder &readFolder)
        : m_target{parsed.configuration, std::nullopt, {}}
        , m_diagnostics(parsed.diagnostics)
        , m_readFolder(readFolder)
    {
    }

    void read(const ConfigSource &source);
    /// The files in the order in which they were read.
    const QStringList &files() const { return m_files; }

private:
    void take(const ConfigLine &line, const Place &place);
    void takeKnown(const ConfigKey &key, const QString &name, ConfigValue value);
    void takeOneValue(const ConfigKey &key, ConfigValue value);
    void apply(const ConfigKey &key, const QString &name, const ConfigValue &value);
    bool isRepeated(const ConfigKey &key, const QString &name, const ConfigValue &value);
    bool isInForce(const ConfigKey &key, const ConfigValue &value);
    GivenKeys &given(const ConfigKey &key);
    bool isOwn(const ConfigKey &key) const { return key.isListenersOwn && m_target.configuration.isPerListener; }
    void readFolder(const Place &place);
    void say(Severity severity, const Place &place, const QString &text)
    {
        m_diagnostics.push_back({severity, place, text});
    }

    ConfigTarget m_target;
    Diagnostics &m_diagnostics;
    const ReadConfigFolder &m_readFolder;
    QStringList m_files;
    bool m_isInFolder = false;
};

void Parser::read(const ConfigSource &source)
{
    m_files.append(source.name);
    for (const ConfigLine &line : configLines(source.text, source.name, m_diagnostics))
        take(line, {source.name, line.number});
}

void Parser::take(const ConfigLine &line, const Place &place)
{
    if (const ConfigKey *key = findKey(line.key)) {
        takeKnown(*key, line.key, {line.value, 0, place});
        return;
    }
    const QString near = nearestKey(line.key);
    say(Severity::Error, place,
        quoted(line.key)
            + (near.isEmpty()
                    ? QStringLiteral(" is not a key that pigeond or mosquitto knows: docs/options.md has all.")
                    : QStringLiteral(" is not a key that pigeond or mosquitto knows. Is %1 meant?").arg(near)));
}

void Parser::takeKnown(const ConfigKey &key, const QString &name, ConfigValue value)
{
    const Place place = value.place;
    const auto because = [&](const char *what) {
        return QStringLiteral("%1 %2: %3").arg(name, QLatin1String(what), QString::fromUtf8(key.reason));
    };
    switch (key.standing) {
    case KeyStanding::NotYet:
        say(Severity::Error, place, because("does not work yet"));
        return;
    case KeyStanding::Never:
        say(Severity::Error, place, because("does not exist here"));
        return;
    case KeyStanding::Unneeded:
        say(Severity::Notice, place, because("is not needed and has no effect"));
        return;
    case KeyStanding::OneValue:
        takeOneValue(key, std::move(value));
        return;
    case KeyStanding::Works:
        break;
    }
    if (const std::optional<QString> problem = readValue(key, value))
        say(Severity::Error, place, QStringLiteral("%1: %2.").arg(name, *problem));
    else
        apply(key, name, value);
}

void Parser::takeOneValue(const ConfigKey &key, ConfigValue value)
{
    const QString name = QLatin1String(key.name);
    if (const std::optional<QString> problem = readValue(key, value)) {
        say(Severity::Error, value.place, QStringLiteral("%1: %2.").arg(name, *problem));
        return;
    }
    if (writtenValue(key, value).section(u' ', 0, 0) != QLatin1String(key.words))
        say(Severity::Error, value.place,
            QStringLiteral("%1 %2: only %3 works. %4")
                .arg(name, quoted(value.text), QLatin1String(key.words), QString::fromUtf8(key.reason)));
}

void Parser::apply(const ConfigKey &key, const QString &name, const ConfigValue &value)
{
    if (isRepeated(key, name, value))
        return;
    if (const std::optional<QString> problem = key.field.apply(m_target, value)) {
        say(Severity::Error, value.place, QStringLiteral("%1: %2.").arg(name, *problem));
        return;
    }
    given(key)[name].push_back(value.place);
    if (isOwn(key))
        m_target.listener().own[name] = writtenValue(key, value);
    if (!m_target.folder.isEmpty())
        readFolder(value.place);
}

/// mosquitto lets the later one win without a word. Where both say the same there is nothing to be misunderstood.
bool Parser::isRepeated(const ConfigKey &key, const QString &name, const ConfigValue &value)
{
    if (key.mayRepeat)
        return false;
    const GivenKeys &before = given(key);
    const auto found = before.find(name);
    if (found == before.end())
        return false;
    const QString first = found->front().text();
    if (isInForce(key, value))
        say(Severity::Notice, value.place, QStringLiteral("%1 says again what %2 says.").arg(name, first));
    else
        say(Severity::Error, value.place,
            QStringLiteral("%1 is said already at %2: leave one of the two out.").arg(name, first));
    return true;
}

bool Parser::isInForce(const ConfigKey &key, const ConfigValue &value)
{
    if (isOwn(key))
        return m_target.listener().own.value(QLatin1String(key.name)) == writtenValue(key, value);
    if (!key.field.show)
        return false;
    const std::vector<ConfigValue> shown = key.field.show({m_target.configuration, m_target.listener()});
    return shown.size() == 1 && writtenValue(key, shown.front()) == writtenValue(key, value);
}

GivenKeys &Parser::given(const ConfigKey &key)
{
    const QLatin1String name(key.name);
    if (name == QLatin1String("port") || name == QLatin1String("bind_address"))
        return m_target.configuration.defaultListener.given; // wherever they stand
    const bool isListeners = key.scope == KeyScope::Listener || isOwn(key);
    return isListeners ? m_target.listener().given : m_target.configuration.given;
}

void Parser::readFolder(const Place &place)
{
    const QString folder = std::exchange(m_target.folder, {});
    if (m_isInFolder) {
        say(Severity::Error, place,
            QStringLiteral("include_dir works in the main file only: name %1 there.").arg(quoted(folder)));
        return;
    }
    const ConfigFolder found = m_readFolder(folder);
    if (!found.problem.isEmpty())
        say(Severity::Error, place, QStringLiteral("include_dir: %1").arg(found.problem));
    m_isInFolder = true;
    for (const ConfigSource &file : found.files)
        read(file);
    m_isInFolder = false;
}

/// Rules between lines are asked last, but people read a file from its first line on.
void sortByPlace(Diagnostics &diagnostics, const QStringList &files)
{
    std::stable_sort(
        diagnostics.begin(), diagnostics.end(), [&files](const Diagnostic &left, const Diagnostic &right) {
            return std::pair(files.indexOf(left.place.file), left.place.line)
                < std::pair(files.indexOf(right.place.file), right.place.line);
        });
}

} // namespace

ParsedConfiguration parseConfiguration(const ConfigSource &main, const Invocation &invocation,
    const ReadConfigFolder &readFolder)
{
    ParsedConfiguration parsed;
    Parser parser(parsed, readFolder);
    parser.read(main);
    settle(parsed.configuration, invocation, parsed.diagnostics);
    sortByPlace(parsed.diagnostics, parser.files());
    return parsed;
}

} // namespace pigeon
