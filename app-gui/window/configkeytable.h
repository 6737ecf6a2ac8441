#pragma once

#include "config/configkey.h"

#include <QTableWidget>

#include <optional>

namespace pigeon {

class ConfigText;

/// The keys of one scope with what a text says of them, to be edited: drawn from the same table as the parser and the
/// reference page. GUI thread.
class ConfigKeyTable final : public QTableWidget
{
    Q_OBJECT

public:
    /// Keys whose scope is one of `scopes` and that work.
    explicit ConfigKeyTable(std::initializer_list<KeyScope> scopes, QWidget *parent = nullptr);

    /// Shows what the text says, of a listener or of the whole broker.
    void show(const ConfigText &text, std::optional<int> listener);
    /// Only keys that have this in their name or help.
    void setPattern(const QString &pattern);

Q_SIGNALS:
    /// `value` empty: the key is to be taken out, so that its default holds.
    void edited(const QString &key, const QString &value);

private:
    void makeRow(const ConfigKey &key);

    std::vector<const ConfigKey *> m_keys;
    bool m_isFilling = false;
};

} // namespace pigeon
