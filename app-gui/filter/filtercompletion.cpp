#include "filter/filtercompletion.h"

#include "filter/filterlexer.h"
#include "filter/filtertest.h"
#include "filter/filtervalue.h"

#include <QCoreApplication>

namespace pigeon {

namespace {

using Kind = FilterToken::Kind;

/// Draws up the list for one place.
class Completion
{
    Q_DECLARE_TR_FUNCTIONS(Filter)

public:
    Completion(const QString &text, qsizetype cursor, FilterView view, const FilterNames *names)
        : m_view(view)
        , m_names(names)
    {
        m_result.position = cursor;
        for (FilterToken &token : tokensOfFilter(text)) {
            if (token.position < cursor && cursor <= token.end() && isBeingTyped(token))
                setTyped(text, cursor, token);
            else if (token.end() <= cursor && token.kind != Kind::End)
                m_before.push_back(std::move(token));
        }
    }

    FilterCompletion list()
    {
        if (isBeforeTerm()) {
            addTerms();
        } else if (m_before.back().kind == Kind::Compare) {
            addValues();
        } else if (const FilterField *field = fieldBefore(m_before.size())) {
            addComparisons(*field);
        } else {
            addConnectives();
            addTerms();
        }
        return std::move(m_result);
    }

private:
    static bool isBeingTyped(const FilterToken &token)
    {
        return token.kind == Kind::Quoted || token.kind == Kind::Bad || isLetters(token);
    }
    static bool isLetters(const FilterToken &token) { return !token.text.isEmpty() && token.text.front().isLetterOrNumber(); }

    void setTyped(const QString &text, qsizetype cursor, const FilterToken &token)
    {
        m_result.position = token.position;
        m_result.length = token.length;
        m_typed = text.sliced(token.position, cursor - token.position);
        m_isQuoted = m_typed.startsWith(u'"');
        if (m_isQuoted)
            m_typed = m_typed.sliced(1);
    }

    bool isBeforeTerm() const
    {
        if (m_before.empty())
            return true;
        const Kind kind = m_before.back().kind;
        return kind == Kind::And || kind == Kind::Or || kind == Kind::Not || kind == Kind::Open;
    }
    /// The field whose name stands before the token `end`, where a comparison could follow.
    const FilterField *fieldBefore(size_t end) const
    {
        const bool isValue = end >= 2 && m_before[end - 2].kind == Kind::Compare;
        if (end == 0 || m_before[end - 1].kind != Kind::Word || isValue)
            return nullptr;
        return findFilterField(m_before[end - 1].text, m_view);
    }

    void offer(const QString &text, const QString &help = {})
    {
        const bool fits = QStringView(text).startsWith(m_typed, Qt::CaseInsensitive);
        if (fits && m_result.items.size() < size_t(maximumCompletions))
            m_result.items.push_back({text, help});
    }

    void addTerms()
    {
        if (m_isQuoted)
            return;
        for (const FilterField &field : filterFields()) {
            if (field.isIn(m_view) && field.type == FieldType::Json)
                addPaths(field);
            else if (field.isIn(m_view))
                offer(QString::fromLatin1(field.name), filterFieldHelp(field));
        }
        offer(QStringLiteral("not"), tr("What follows must not be so."));
    }
    void addPaths(const FilterField &field)
    {
        const QString name = QString::fromLatin1(field.name);
        offer(name + u'.', filterFieldHelp(field));
        if (!m_names || !m_typed.startsWith(name, Qt::CaseInsensitive))
            return;
        for (const QString &path : m_names->namesFor(FieldId::Json, m_typed.sliced(name.size()), maximumCompletions))
            offer(name + path);
    }
    void addConnectives()
    {
        if (m_isQuoted)
            return;
        offer(QStringLiteral("and"), tr("Both must be so."));
        offer(QStringLiteral("or"), tr("One of both must be so."));
    }
    void addComparisons(const FilterField &field)
    {
        for (const Comparison comparison : allComparisons()) {
            if (suits(field.type, comparison, field.isOrdered))
                offer(comparisonText(comparison), helpOf(comparison, field.type));
        }
        if (field.type == FieldType::Flag)
            addConnectives();
    }
    void addValues()
    {
        const FilterField *field = fieldBefore(m_before.size() - 1);
        if (!field)
            return;
        if (field->type == FieldType::Flag) {
            offer(QStringLiteral("yes"));
            offer(QStringLiteral("no"));
        }
        for (const QByteArrayView word : field->choices())
            offer(QString::fromLatin1(word));
        addUnits(*field);
        addNames(*field);
    }
    void addUnits(const FilterField &field)
    {
        if (!filterNumber(m_typed, FieldType::Number))
            return;
        for (const FilterUnit &unit : unitsOf(field.type))
            offer(m_typed + QString::fromUtf8(unit.name));
    }
    void addNames(const FilterField &field)
    {
        const bool isText = field.type == FieldType::Topic || field.type == FieldType::Text;
        if (!m_names || !isText)
            return;
        for (const QString &name : m_names->namesFor(field.id, m_typed, maximumCompletions)) {
            if (m_result.items.size() < size_t(maximumCompletions))
                m_result.items.push_back({quotedForFilter(name), {}});
        }
    }

    static QString helpOf(Comparison comparison, FieldType type)
    {
        switch (comparison) {
        case Comparison::Like:
            return type == FieldType::Topic ? tr("Fits a topic filter of MQTT, with + and #.")
                                            : tr("Fits a regular expression.");
        case Comparison::Unlike:
            return type == FieldType::Topic ? tr("Does not fit a topic filter of MQTT.")
                                            : tr("Does not fit a regular expression.");
        case Comparison::Contains:
            return tr("Has the text in it; large and small letters are the same.");
        case Comparison::Matches:
            return tr("Fits a regular expression.");
        default:
            return {};
        }
    }

    FilterView m_view;
    const FilterNames *m_names;
    std::vector<FilterToken> m_before; ///< the tokens before what is typed
    QString m_typed; ///< what stands there already, without a quote
    bool m_isQuoted = false;
    FilterCompletion m_result;
};

} // namespace

FilterCompletion completeFilter(const QString &text, qsizetype cursor, FilterView view, const FilterNames *names)
{
    return Completion(text, cursor, view, names).list();
}

} // namespace pigeon
