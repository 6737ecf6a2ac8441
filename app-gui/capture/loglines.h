#pragma once

#include "filter/filterprogram.h"
#include "monitor/records.h"

#include <deque>

namespace pigeon {

/// The place of a level among the words of the field "level": debug, info, warning, error.
int gravity(QtMsgType level);

/// The last lines of the broker's log. Lines have numbers that never change, from 0. Window's thread.
class LogLines
{
public:
    static constexpr size_t maximumLines = 20'000;
    static constexpr size_t droppedAtOnce = maximumLines / 100; // as in the rings: removals at the front are dear to views

    void add(const std::vector<LogLine> &lines);
    void clear();

    quint64 begin() const { return m_begin; }
    quint64 end() const { return m_begin + m_lines.size(); }
    const LogLine &at(quint64 line) const { return m_lines[line - m_begin]; }

private:
    std::deque<LogLine> m_lines;
    quint64 m_begin = 0;
};

/// A line as filters ask for it.
class LogRow : public FilterRow
{
public:
    LogRow(const LogLines &lines, qint64 now)
        : m_lines(lines)
        , m_now(now)
    {
    }
    void goTo(quint64 line);
    double number(FieldId field) const override;
    QByteArrayView text(FieldId field) const override;
    quint32 nameOf(FieldId) const override { return noName; }

private:
    const LogLines &m_lines;
    qint64 m_now;
    quint64 m_line = 0;
    QByteArray m_text;
};

} // namespace pigeon
