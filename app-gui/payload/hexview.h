#pragma once

#include "payload/difference.h"
#include "payload/lineview.h"

#include <QByteArray>

namespace pigeon {

/// Bytes as numbers and as characters, side by side, however many there are. Positions are bytes. GUI thread.
class HexView : public LineView
{
    Q_OBJECT

public:
    explicit HexView(const QString &name, QWidget *parent = nullptr);

    void setBytes(const QByteArray &bytes);
    const QByteArray &bytes() const { return m_bytes; }
    /// Ranges, ascending, that lie in a colour: what differs from another value.
    void setMarks(std::vector<ByteRange> marks);

    qsizetype positionCount() const override { return m_bytes.size(); }
    qsizetype rowCount() const override { return (m_bytes.size() + m_rowBytes - 1) / m_rowBytes; }
    /// Two digits for each byte.
    QString textOf(qsizetype begin, qsizetype end) const override;

protected:
    qsizetype rowOf(qsizetype position) const override { return position / m_rowBytes; }
    qsizetype rowBegin(qsizetype row) const override { return row * m_rowBytes; }
    qsizetype rowEnd(qsizetype row) const override { return std::min((row + 1) * m_rowBytes, m_bytes.size()); }
    qsizetype positionAt(qsizetype row, double x) const override;
    void paintRow(QPainter &painter, qsizetype row, const QRectF &place) override;
    void breakRows() override;
    /// "0x0a ff" looks for bytes, anything else for text.
    qsizetype indexOf(const QString &text, qsizetype from, bool isBackward, qsizetype &length) const override;

private:
    double hexX(qsizetype place) const;
    double characterX(qsizetype place) const;
    bool isMarked(qsizetype position) const;
    void paintByte(QPainter &painter, qsizetype position, const QRectF &line);

    QByteArray m_bytes;
    std::vector<ByteRange> m_marks;
    qsizetype m_rowBytes = 16;
    int m_offsetDigits = 4;
};

} // namespace pigeon
