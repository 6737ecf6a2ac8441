#include "payload/textview.h"

#include "look/theme.h"
#include "payload/jsonruns.h"

#include <QPainter>

#include <array>

namespace pigeon {

namespace {

/// Where each character is one cell, its place is counted and not measured.
bool isPlain(QStringView text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x250; });
}

// By JsonRun::Kind: key, text, number, word.
constexpr std::array runTones = {Tone::Accent, Tone::Good, Tone::Warning, Tone::Warning};

} // namespace

TextView::TextView(const QString &name, QWidget *parent)
    : LineView(name, parent)
{
}

void TextView::setText(const QString &text, std::vector<Mark> marks)
{
    m_text = text;
    m_marks = std::move(marks);
    startAnew();
}

void TextView::breakRows()
{
    const auto width = static_cast<qsizetype>(columns() - (m_marks.empty() ? 0 : 2));
    m_rows.clear();
    quint32 line = 0;
    for (qsizetype begin = 0; begin <= m_text.size(); ++line) {
        const qsizetype found = m_text.indexOf(u'\n', begin);
        const qsizetype end = found < 0 ? m_text.size() : found;
        qsizetype at = begin;
        do {
            m_rows.push_back({static_cast<quint32>(at), line});
            at += width;
            // A pair of surrogates is one character.
            if (at < end && m_text[at].isLowSurrogate())
                --at;
        } while (at < end);
        begin = end + 1;
    }
    if (m_text.isEmpty())
        m_rows.clear();
}

qsizetype TextView::rowOf(qsizetype position) const
{
    const auto behind = std::ranges::upper_bound(m_rows, position, {}, [](const Row &row) { return qsizetype(row.begin); });
    return std::max<qsizetype>(0, behind - m_rows.begin() - 1);
}

qsizetype TextView::rowEnd(qsizetype row) const
{
    const qsizetype next = row + 1 < rowCount() ? rowBegin(row + 1) : m_text.size();
    const bool isBroken = next > rowBegin(row) && m_text[next - 1] == u'\n';
    return isBroken ? next - 1 : next;
}

QStringView TextView::rowText(qsizetype row) const
{
    return QStringView(m_text).sliced(rowBegin(row), rowEnd(row) - rowBegin(row));
}

double TextView::xIn(QStringView row, qsizetype characters) const
{
    const QStringView before = row.first(std::clamp<qsizetype>(characters, 0, row.size()));
    if (isPlain(row))
        return static_cast<double>(before.size()) * cellWidth();
    return QFontMetricsF(viewport()->font(), viewport()).horizontalAdvance(before.toString());
}

qsizetype TextView::positionAt(qsizetype row, double x) const
{
    const QStringView text = rowText(row);
    qsizetype character = 0;
    while (character < text.size() && (xIn(text, character) + xIn(text, character + 1)) / 2 < x - textLeft())
        ++character;
    return rowBegin(row) + character;
}

void TextView::paintMark(QPainter &painter, const Row &row, const QRectF &place)
{
    const Mark mark = row.line < m_marks.size() ? m_marks[row.line] : Mark::None;
    if (mark == Mark::None)
        return;
    const Tone tone = mark == Mark::Added ? Tone::Good : Tone::Bad;
    painter.fillRect(place, toneBackground(tone, palette()));
    painter.setPen(toneColor(tone, palette()));
    painter.drawText(place.adjusted(margin(), 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine,
        mark == Mark::Added ? QStringLiteral("+") : QStringLiteral("−"));
}

void TextView::setJson(bool isJson)
{
    m_isJson = isJson;
    viewport()->update();
}

void TextView::paintText(QPainter &painter, qsizetype row, const QRectF &place)
{
    const QStringView text = rowText(row);
    const auto draw = [&](qsizetype begin, qsizetype end, const QColor &color) {
        painter.setPen(color);
        painter.drawText(place.adjusted(xIn(text, begin), 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine,
            text.sliced(begin, end - begin).toString());
    };
    const QColor plain = palette().color(QPalette::Text);
    // A row that goes on from the one above may begin in the middle of anything.
    const bool isWholeLine = row == 0 || m_rows[static_cast<size_t>(row) - 1].line != m_rows[static_cast<size_t>(row)].line;
    qsizetype drawn = 0;
    for (const JsonRun &run : m_isJson && isWholeLine ? jsonRuns(text) : std::vector<JsonRun>()) {
        draw(drawn, run.begin, plain);
        drawn = run.begin + run.length;
        draw(run.begin, drawn, toneColor(runTones[static_cast<size_t>(run.kind)], palette()));
    }
    draw(drawn, text.size(), plain);
}

void TextView::paintRow(QPainter &painter, qsizetype row, const QRectF &place)
{
    paintMark(painter, m_rows[static_cast<size_t>(row)], place);
    const QStringView text = rowText(row);
    const QRectF textPlace = place.adjusted(textLeft(), 0, 0, 0);
    paintText(painter, row, textPlace);

    const qsizetype begin = std::max(selectionBegin() - rowBegin(row), qsizetype(0));
    const qsizetype end = std::min(selectionEnd() - rowBegin(row), text.size() + 1);
    if (begin >= end)
        return;
    // The break at the end of a line is selected as a space.
    const double right = xIn(text, end) + (end > text.size() ? cellWidth() / 2 : 0);
    const QRectF selected(textPlace.left() + xIn(text, begin), place.top(), right - xIn(text, begin), place.height());
    painter.save();
    painter.setClipRect(selected);
    painter.fillRect(selected, palette().color(hasFocus() ? QPalette::Active : QPalette::Inactive, QPalette::Highlight));
    painter.setPen(palette().color(QPalette::HighlightedText));
    painter.drawText(textPlace, Qt::AlignVCenter | Qt::TextSingleLine, text.toString());
    painter.restore();
}

qsizetype TextView::indexOf(const QString &text, qsizetype from, bool isBackward, qsizetype &length) const
{
    length = text.size();
    if (text.isEmpty())
        return -1;
    return isBackward ? m_text.lastIndexOf(text, std::min(from, m_text.size()), Qt::CaseInsensitive)
                      : m_text.indexOf(text, from, Qt::CaseInsensitive);
}

} // namespace pigeon
