#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace pigeon {

/// A configuration file as text that is edited key by key: comments, order and what is not understood stay as they are.
/// A value; pure.
class ConfigText
{
public:
    explicit ConfigText(const QString &text);

    QString text() const;

    /// The `listener` lines, in their order, without the word: "1883 localhost".
    QStringList listeners() const;
    /// What a key is set to; of a key that repeats, the first. `listener` none: outside of all listeners.
    std::optional<QString> value(const QString &key, std::optional<int> listener = {}) const;
    void setValue(const QString &key, const QString &value, std::optional<int> listener = {});
    /// Takes every line of that key out.
    void remove(const QString &key, std::optional<int> listener = {});
    void addListener(const QString &value);
    void setListener(int listener, const QString &value);
    void removeListener(int listener); ///< with all that belongs to it

private:
    struct Range
    {
        qsizetype first = 0;
        qsizetype end = 0; ///< behind the last line
    };
    std::vector<qsizetype> listenerLines() const;
    Range rangeOf(std::optional<int> listener) const;
    std::optional<qsizetype> lineOf(const QString &key, Range range) const;

    QStringList m_lines;
};

} // namespace pigeon
