#include "window/configtext.h"

namespace pigeon {

namespace {

const QString listenerKey = QStringLiteral("listener");

QString keyOf(const QString &line)
{
    const QString trimmed = line.trimmed();
    return trimmed.startsWith(u'#') ? QString() : trimmed.section(u' ', 0, 0).section(u'\t', 0, 0);
}

QString valueOf(const QString &line)
{
    const QString trimmed = line.trimmed();
    return trimmed.mid(keyOf(line).size()).trimmed();
}

QString written(const QString &key, const QString &value) { return value.isEmpty() ? key : key + u' ' + value; }

} // namespace

ConfigText::ConfigText(const QString &text)
    : m_lines(text.split(u'\n'))
{
    if (m_lines.last().isEmpty())
        m_lines.removeLast(); // what is behind the last line feed is no line
}

QString ConfigText::text() const
{
    return m_lines.isEmpty() ? QString() : m_lines.join(u'\n') + u'\n';
}

std::vector<qsizetype> ConfigText::listenerLines() const
{
    std::vector<qsizetype> found;
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        if (keyOf(m_lines[i]) == listenerKey)
            found.push_back(i);
    }
    return found;
}

QStringList ConfigText::listeners() const
{
    QStringList values;
    for (const qsizetype line : listenerLines())
        values.append(valueOf(m_lines[line]));
    return values;
}

// Keys of the whole broker may stand anywhere, also below a listener.
ConfigText::Range ConfigText::rangeOf(std::optional<int> listener) const
{
    if (!listener)
        return {0, m_lines.size()};
    const std::vector<qsizetype> lines = listenerLines();
    const auto which = static_cast<size_t>(*listener);
    if (which >= lines.size())
        return {m_lines.size(), m_lines.size()};
    return {lines[which] + 1, which + 1 < lines.size() ? lines[which + 1] : m_lines.size()};
}

std::optional<qsizetype> ConfigText::lineOf(const QString &key, Range range) const
{
    for (qsizetype i = range.first; i < range.end; ++i) {
        if (keyOf(m_lines[i]) == key)
            return i;
    }
    return std::nullopt;
}

std::optional<QString> ConfigText::value(const QString &key, std::optional<int> listener) const
{
    const std::optional<qsizetype> line = lineOf(key, rangeOf(listener));
    return line ? std::optional<QString>(valueOf(m_lines[*line])) : std::nullopt;
}

void ConfigText::setValue(const QString &key, const QString &value, std::optional<int> listener)
{
    if (const std::optional<qsizetype> line = lineOf(key, rangeOf(listener))) {
        m_lines[*line] = written(key, value);
        return;
    }
    const std::vector<qsizetype> listeners = listenerLines();
    const qsizetype before = listener ? rangeOf(listener).first : (listeners.empty() ? m_lines.size() : listeners.front());
    m_lines.insert(before, written(key, value));
}

void ConfigText::remove(const QString &key, std::optional<int> listener)
{
    while (const std::optional<qsizetype> line = lineOf(key, rangeOf(listener)))
        m_lines.removeAt(*line);
}

void ConfigText::addListener(const QString &value) { m_lines.append(written(listenerKey, value)); }

void ConfigText::setListener(int listener, const QString &value)
{
    const std::vector<qsizetype> lines = listenerLines();
    if (static_cast<size_t>(listener) < lines.size())
        m_lines[lines[static_cast<size_t>(listener)]] = written(listenerKey, value);
}

void ConfigText::removeListener(int listener)
{
    if (static_cast<size_t>(listener) >= listenerLines().size())
        return;
    const Range range = rangeOf(listener);
    m_lines.remove(range.first - 1, range.end - range.first + 1); // with the line that begins it
}

} // namespace pigeon
