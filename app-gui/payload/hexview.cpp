#include "payload/hexview.h"

#include "look/theme.h"

#include <QPainter>

namespace pigeon {

namespace {

constexpr qsizetype groupBytes = 4; // a wider gap after each
constexpr char hexDigits[] = "0123456789abcdef";

/// Cells that a row of so many bytes takes behind the offset: numbers with gaps, a gap, characters.
qsizetype cellsOf(qsizetype bytes) { return bytes * 3 + bytes / groupBytes + 1 + bytes; }

QByteArray wanted(const QString &text)
{
    return text.startsWith(QStringLiteral("0x"), Qt::CaseInsensitive) ? QByteArray::fromHex(text.sliced(2).toLatin1())
                                                                      : text.toUtf8();
}

} // namespace

HexView::HexView(const QString &name, QWidget *parent)
    : LineView(name, parent)
{
}

void HexView::setBytes(const QByteArray &bytes)
{
    m_bytes = bytes;
    m_marks.clear();
    startAnew();
}

void HexView::setMarks(std::vector<ByteRange> marks)
{
    m_marks = std::move(marks);
    viewport()->update();
}

void HexView::breakRows()
{
    m_offsetDigits = m_bytes.size() > 0xFFFFFF ? 8 : m_bytes.size() > 0xFFFF ? 6 : 4;
    m_rowBytes = 4;
    for (const qsizetype bytes : {8, 16, 32}) {
        if (m_offsetDigits + 2 + cellsOf(bytes) <= columns())
            m_rowBytes = bytes;
    }
}

double HexView::hexX(qsizetype place) const
{
    return margin() + static_cast<double>(m_offsetDigits + 2 + place * 3 + place / groupBytes) * cellWidth();
}

double HexView::characterX(qsizetype place) const
{
    return hexX(m_rowBytes) + static_cast<double>(place) * cellWidth();
}

qsizetype HexView::positionAt(qsizetype row, double x) const
{
    const bool isAmongCharacters = x >= characterX(0) - cellWidth() / 2;
    qsizetype place = 0;
    while (place < m_rowBytes && (isAmongCharacters ? characterX(place + 1) : hexX(place + 1) - cellWidth() / 2) <= x)
        ++place;
    return std::min(rowBegin(row) + place, m_bytes.size());
}

bool HexView::isMarked(qsizetype position) const
{
    const auto behind = std::ranges::upper_bound(m_marks, position, {}, &ByteRange::begin);
    return behind != m_marks.begin() && position < (behind - 1)->end;
}

void HexView::paintRow(QPainter &painter, qsizetype row, const QRectF &line)
{
    painter.setPen(toneColor(Tone::Quiet, palette()));
    painter.drawText(line.adjusted(margin(), 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine,
        QStringLiteral("%1").arg(rowBegin(row), m_offsetDigits, 16, QLatin1Char('0')));
    for (qsizetype position = rowBegin(row); position < rowEnd(row); ++position)
        paintByte(painter, position, line);
}

void HexView::paintByte(QPainter &painter, qsizetype position, const QRectF &line)
{
    const qsizetype place = position % m_rowBytes;
    const auto byte = static_cast<uchar>(m_bytes[position]);
    const bool isPrintable = byte >= 0x20 && byte < 0x7F;
    const QRectF hex(hexX(place), line.top(), 2 * cellWidth(), line.height());
    const QRectF character(characterX(place), line.top(), cellWidth(), line.height());
    QColor color = isPrintable ? palette().color(QPalette::Text) : toneColor(Tone::Quiet, palette());
    if (isSelected(position)) {
        const QColor highlight = palette().color(hasFocus() ? QPalette::Active : QPalette::Inactive, QPalette::Highlight);
        // The gap belongs to the selection where it goes on.
        const bool goesOn = place + 1 < m_rowBytes && isSelected(position + 1);
        painter.fillRect(goesOn ? hex.adjusted(0, 0, hexX(place + 1) - hex.right(), 0) : hex, highlight);
        painter.fillRect(character, highlight);
        color = palette().color(QPalette::HighlightedText);
    } else if (isMarked(position)) {
        painter.fillRect(hex, toneBackground(Tone::Warning, palette()));
        painter.fillRect(character, toneBackground(Tone::Warning, palette()));
    }
    painter.setPen(color);
    const QChar digits[] = {QLatin1Char(hexDigits[byte >> 4]), QLatin1Char(hexDigits[byte & 0x0F])};
    painter.drawText(hex, Qt::AlignVCenter | Qt::TextSingleLine, QString(digits, 2));
    painter.drawText(character, Qt::AlignVCenter | Qt::TextSingleLine, isPrintable ? QString(QLatin1Char(char(byte))) : QStringLiteral("·"));
}

QString HexView::textOf(qsizetype begin, qsizetype end) const
{
    return QString::fromLatin1(m_bytes.sliced(begin, end - begin).toHex(' '));
}

qsizetype HexView::indexOf(const QString &text, qsizetype from, bool isBackward, qsizetype &length) const
{
    const QByteArray bytes = wanted(text);
    length = bytes.size();
    if (bytes.isEmpty())
        return -1;
    return isBackward ? m_bytes.lastIndexOf(bytes, std::min(from, m_bytes.size())) : m_bytes.indexOf(bytes, from);
}

} // namespace pigeon
