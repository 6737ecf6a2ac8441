#include "payload/difference.h"

#include <QStringView>

#include <algorithm>

namespace pigeon {

namespace {

using Kind = DifferenceLine::Kind;
using Lines = QList<QStringView>;

constexpr int mostChanges = 1000; // the search keeps a row for each of them; more is another text, not a change

Lines linesOf(const QString &text) { return QStringView(text).split(u'\n'); }

void append(std::vector<DifferenceLine> &all, Kind kind, const Lines &lines, qsizetype begin, qsizetype end)
{
    for (qsizetype i = begin; i < end; ++i)
        all.push_back({kind, lines[i].toString()});
}

/// What lies between the same beginning and the same end of both.
struct Middle
{
    qsizetype begin = 0;
    qsizetype beforeEnd = 0;
    qsizetype afterEnd = 0;
};

Middle middleOf(const Lines &before, const Lines &after)
{
    Middle middle{0, before.size(), after.size()};
    while (middle.begin < std::min(before.size(), after.size()) && before[middle.begin] == after[middle.begin])
        ++middle.begin;
    while (middle.beforeEnd > middle.begin && middle.afterEnd > middle.begin
        && before[middle.beforeEnd - 1] == after[middle.afterEnd - 1]) {
        --middle.beforeEnd;
        --middle.afterEnd;
    }
    return middle;
}

/// The shortest way from one list of lines to another (Eugene Myers, 1986): on each diagonal how far one comes with d
/// changes. The rows of all d are kept, to walk the way back.
class Search
{
public:
    Search(const Lines &before, const Lines &after, const Middle &middle)
        : m_before(before)
        , m_after(after)
        , m_middle(middle)
        , m_width(middle.beforeEnd - middle.begin)
        , m_height(middle.afterEnd - middle.begin)
    {
    }

    /// The lines between, or nothing: too many changes, or too long.
    std::vector<DifferenceLine> find(Stop &stop)
    {
        std::vector<qsizetype> row{0, 0, 0};
        for (int changes = 0; changes <= mostChanges; ++changes) {
            m_rows.push_back(row);
            row.assign(static_cast<size_t>(changes) * 2 + 5, 0);
            for (int diagonal = -changes; diagonal <= changes; diagonal += 2) {
                if (stop())
                    return {};
                const qsizetype x = slide(reach(changes, diagonal), diagonal);
                row[place(changes + 1, diagonal)] = x;
                if (x >= m_width && x - diagonal >= m_height)
                    return walkBack(changes);
            }
        }
        return {};
    }

private:
    /// Rows have a place more on both sides than they need.
    static size_t place(int changes, int diagonal) { return static_cast<size_t>(diagonal + changes + 1); }
    qsizetype at(int changes, int diagonal) const { return m_rows[static_cast<size_t>(changes)][place(changes, diagonal)]; }
    bool comesDown(int changes, int diagonal) const
    {
        return diagonal == -changes
            || (diagonal != changes && at(changes, diagonal - 1) < at(changes, diagonal + 1));
    }
    qsizetype reach(int changes, int diagonal) const
    {
        if (changes == 0)
            return 0;
        return comesDown(changes, diagonal) ? at(changes, diagonal + 1) : at(changes, diagonal - 1) + 1;
    }
    qsizetype slide(qsizetype x, int diagonal) const
    {
        while (x < m_width && x - diagonal < m_height
            && m_before[m_middle.begin + x] == m_after[m_middle.begin + x - diagonal])
            ++x;
        return x;
    }

    std::vector<DifferenceLine> walkBack(int changes) const
    {
        std::vector<DifferenceLine> lines;
        qsizetype x = m_width;
        qsizetype y = m_height;
        const auto same = [&](qsizetype downTo) {
            for (; x > downTo; --x, --y)
                lines.push_back({Kind::Same, m_before[m_middle.begin + x - 1].toString()});
        };
        for (; changes > 0; --changes) {
            const int diagonal = static_cast<int>(x - y);
            const bool isAdded = comesDown(changes, diagonal);
            same(reach(changes, diagonal));
            if (isAdded)
                lines.push_back({Kind::Added, m_after[m_middle.begin + --y].toString()});
            else
                lines.push_back({Kind::Removed, m_before[m_middle.begin + --x].toString()});
        }
        same(0);
        std::ranges::reverse(lines);
        return lines;
    }

    const Lines &m_before;
    const Lines &m_after;
    Middle m_middle;
    qsizetype m_width;
    qsizetype m_height;
    std::vector<std::vector<qsizetype>> m_rows; ///< by the number of changes before
};

} // namespace

std::vector<DifferenceLine> lineDifference(const QString &before, const QString &after, Stop &stop)
{
    const Lines left = linesOf(before);
    const Lines right = linesOf(after);
    const Middle middle = middleOf(left, right);
    std::vector<DifferenceLine> lines;
    append(lines, Kind::Same, left, 0, middle.begin);
    const std::vector<DifferenceLine> between = Search(left, right, middle).find(stop);
    if (between.empty()) {
        append(lines, Kind::Removed, left, middle.begin, middle.beforeEnd);
        append(lines, Kind::Added, right, middle.begin, middle.afterEnd);
    }
    lines.insert(lines.end(), between.begin(), between.end());
    append(lines, Kind::Same, left, middle.beforeEnd, left.size());
    return lines;
}

std::vector<ByteRange> changedBytes(QByteArrayView before, QByteArrayView after, size_t most)
{
    const qsizetype common = std::min(before.size(), after.size());
    const qsizetype longest = std::max(before.size(), after.size());
    std::vector<ByteRange> ranges;
    for (qsizetype at = 0; at < common;) {
        const auto first = std::mismatch(before.begin() + at, before.begin() + common, after.begin() + at).first;
        at = first - before.begin();
        if (at == common)
            break;
        if (ranges.size() + 1 == most) {
            ranges.push_back({at, longest});
            return ranges;
        }
        qsizetype end = at;
        while (end < common && before[end] != after[end])
            ++end;
        ranges.push_back({at, end});
        at = end;
    }
    if (longest > common && !ranges.empty() && ranges.back().end == common)
        ranges.back().end = longest;
    else if (longest > common)
        ranges.push_back({common, longest});
    return ranges;
}

} // namespace pigeon
