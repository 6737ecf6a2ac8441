#include "filter/filterhelp.h"

#include "filter/filtertest.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

struct Page
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

struct NamedView
{
    FilterView view;
    const char *name;
    const char *typical;
};
constexpr std::array views = {NamedView{FilterView::Messages, QT_TRANSLATE_NOOP("Filter", "Messages"),
        "topic ~ \"site/+/temp\" and size > 1k"},
    NamedView{FilterView::Packets, QT_TRANSLATE_NOOP("Filter", "Packets"),
        "type == PUBLISH and client == \"dev7\""},
    NamedView{FilterView::Clients, QT_TRANSLATE_NOOP("Filter", "Clients"),
        "online and queue > 100"},
    NamedView{FilterView::Subscriptions, QT_TRANSLATE_NOOP("Filter", "Subscriptions"),
        "filter == \"site/#\" and qos > 0"},
    NamedView{FilterView::Topics, QT_TRANSLATE_NOOP("Filter", "Topics"),
        "topic ~ \"site/#\" and rate > 1"},
    NamedView{FilterView::Retained, QT_TRANSLATE_NOOP("Filter", "Retained"),
        "topic ~ \"site/#\" and age > 1 d"},
    NamedView{FilterView::Log, QT_TRANSLATE_NOOP("Filter", "Log"),
        "level >= warning and age < 5 min"}};

struct Rule
{
    const char *example;
    const char *help;
};
constexpr std::array rules = {
    Rule{"alarm", QT_TRANSLATE_NOOP("Filter", "A word alone is looked for in all texts and in the payload; "
                                              "large and small letters are the same.")},
    Rule{"topic ~ \"site/+/temp\"", QT_TRANSLATE_NOOP("Filter", "~ is a topic filter for topics and a regular "
                                                               "expression for other texts; !~ is its opposite.")},
    Rule{"topic matches \"temp[0-9]+$\"", QT_TRANSLATE_NOOP("Filter", "A regular expression, for topics too; "
                                                                     "(?i) at its start takes large for small letters.")},
    Rule{"payload contains \"error\"", QT_TRANSLATE_NOOP("Filter", "The text is anywhere in it; large and small "
                                                                  "letters are the same.")},
    Rule{"from == \"dev7\" and not retain", QT_TRANSLATE_NOOP("Filter", "and, or, not and parentheses join what is "
                                                                       "asked; without one of them, and is meant.")},
    Rule{"size > 1k", QT_TRANSLATE_NOOP("Filter", "Sizes are in bytes or in k, M, G of 1024.")},
    Rule{"latency > 100 ms", QT_TRANSLATE_NOOP("Filter", "Times have a unit: ns, us, ms, s, min, h, d.")},
    Rule{"json.temp > 30", QT_TRANSLATE_NOOP("Filter", "A value inside a payload that is JSON; without it, the "
                                                      "row does not pass.")},
    Rule{"\"a \\\"word\\\"\"", QT_TRANSLATE_NOOP("Filter", "Quotes hold texts together; inside them \\\" is a "
                                                          "quote, \\\\ a backslash, \\n a line break, \\x07 a byte.")},
};

QString row(const QString &left, const QString &right)
{
    return QStringLiteral("<tr><td><code>%1</code>&nbsp;&nbsp;</td><td>%2</td></tr>")
        .arg(left.toHtmlEscaped(), right.toHtmlEscaped());
}

QString fieldHelp(const FilterField &field)
{
    const QString choices = QString::fromLatin1(field.words).replace(u'|', QStringLiteral(", "));
    const QString help = filterFieldHelp(field);
    return choices.isEmpty() ? help : help + u' ' + Page::tr("One of %1.").arg(choices);
}

QString fieldsOf(const NamedView &view)
{
    QString html = QStringLiteral("<h3>%1</h3><table>").arg(Page::tr(view.name));
    for (const FilterField &field : filterFields()) {
        if (field.isIn(view.view))
            html += row(filterExample(field), fieldHelp(field));
    }
    return html + QStringLiteral("</table>");
}

} // namespace

QString typicalFilter(FilterView view)
{
    return QString::fromLatin1(std::ranges::find(views, view, &NamedView::view)->typical);
}

QString filterHelpPage()
{
    QString html = QStringLiteral("<h2>%1</h2><table>").arg(Page::tr("Filters"));
    for (const Rule &rule : rules)
        html += row(QString::fromLatin1(rule.example), Page::tr(rule.help));
    html += QStringLiteral("</table>");
    for (const NamedView &view : views)
        html += fieldsOf(view);
    return html;
}

} // namespace pigeon
