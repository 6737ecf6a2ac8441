#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <vector>

namespace pigeon {

/// A value that a path leads to.
struct JsonScalar
{
    enum class Kind : quint8 { Null, False, True, Number, Text, Container };
    Kind kind = Kind::Null;
    double number = 0; ///< Number; 1 and 0 for True and False
    QByteArray text; ///< Text: unescaped, UTF-8
};

/// The way to one value inside JSON: `.a.b[0]["odd name"]`. It walks over the bytes up to the value and builds nothing,
/// since a filter asks it of a million payloads; what follows the value is not looked at, so it may be no JSON. It is
/// constant: any thread.
class JsonPath
{
public:
    /// What follows the word json in a filter; nothing when it is no path.
    static std::optional<JsonPath> parse(QStringView path);

    /// The value at the end of the path, or nothing: another shape, no JSON, deeper than it may be.
    std::optional<JsonScalar> find(QByteArrayView json) const;
    /// The path to a member of this one, as a filter writes it.
    static QString textOfStep(const QString &key);

private:
    struct Step
    {
        QByteArray key; ///< null = an index
        qsizetype index = 0;
    };
    std::vector<Step> m_steps;
};

/// What stands between the quotes of a text of JSON, without its escapes.
QString unescapedJson(QByteArrayView raw);

} // namespace pigeon
