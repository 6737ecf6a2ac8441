#pragma once

#include "filter/filterparser.h"

#include <QByteArrayView>

#include <chrono>
#include <limits>
#include <memory>
#include <vector>

namespace pigeon {

/// What a filter asks of one row. A view's rows answer for the fields that the table gives to it; a row that has no such
/// value says so with `absent`, an empty text or `noName`.
class FilterRow
{
public:
    static constexpr double absent = std::numeric_limits<double>::quiet_NaN();
    static constexpr quint32 noName = 0xFFFF'FFFF;

    virtual ~FilterRow() = default;
    /// Numbers, bytes, milliseconds, 0 or 1, the place among the words of a Choice.
    virtual double number(FieldId field) const = 0;
    /// UTF-8; the payload too. Valid until the row moves on.
    virtual QByteArrayView text(FieldId field) const = 0;
    /// The number of a text that many rows share, the same as long as the filter runs: what a filter asks of it is asked
    /// once.
    virtual quint32 nameOf(FieldId field) const = 0;
};

/// A filter that is ready to run: a chain of tests, cheap ones first, each with the places to go on. Constant and shared
/// by threads.
class FilterProgram
{
public:
    /// Everything passes.
    FilterProgram() = default;
    explicit FilterProgram(const FilterNode &root);

    /// Nothing has to be asked: every row passes.
    bool isEverything() const { return m_steps.empty(); }
    /// A row that passes may not pass later, or the other way round: an age is asked for, or how a delivery went.
    bool changesLater() const;

private:
    friend class FilterRun;
    static constexpr int pass = -1;
    static constexpr int fail = -2;
    struct Step
    {
        FilterTest test;
        int whenTrue = pass;
        int whenFalse = fail;
    };
    int add(const FilterNode &node, int whenTrue, int whenFalse);

    std::vector<Step> m_steps;
    int m_entry = pass;
};
using FilterProgramPtr = std::shared_ptr<const FilterProgram>;

/// A program at work in one thread. It remembers what it has found out about texts that rows share, so a million rows
/// over ten thousand topics ask each topic once.
class FilterRun
{
public:
    explicit FilterRun(FilterProgramPtr program);

    bool passes(const FilterRow &row);
    const FilterProgramPtr &program() const { return m_program; }

private:
    enum class Known : quint8 { Nothing, No, Yes };
    bool answer(size_t step, const FilterRow &row);
    bool answerText(size_t step, const TextTest &test, FieldId field, const FilterRow &row);

    FilterProgramPtr m_program;
    std::vector<std::vector<Known>> m_known; ///< by step, then by the number of the text
};

/// A filter as a view uses it: what was typed, and what it came to.
struct CompiledFilter
{
    FilterProgramPtr program; ///< none when there is an error
    std::optional<FilterError> error;
};
CompiledFilter compileFilter(QStringView text, FilterView view);

} // namespace pigeon
