#pragma once

#include "payload/lineview.h"

#include <vector>

namespace pigeon {

/// A text of any length: lines that are too long for the view are broken where it ends. Lines may be marked, as those of a
/// difference are. Positions are characters. GUI thread.
class TextView : public LineView
{
    Q_OBJECT

public:
    /// What stands before a line, and in which colour it lies.
    enum class Mark : quint8 { None, Removed, Added };

    explicit TextView(const QString &name, QWidget *parent = nullptr);

    /// `marks` has one for each line, or is empty.
    void setText(const QString &text, std::vector<Mark> marks = {});
    const QString &text() const { return m_text; }
    /// Whether it is JSON, whose keys and values have colours.
    void setJson(bool isJson);

    qsizetype positionCount() const override { return m_text.size(); }
    qsizetype rowCount() const override { return static_cast<qsizetype>(m_rows.size()); }
    QString textOf(qsizetype begin, qsizetype end) const override { return m_text.sliced(begin, end - begin); }

protected:
    qsizetype rowOf(qsizetype position) const override;
    qsizetype rowBegin(qsizetype row) const override { return m_rows[static_cast<size_t>(row)].begin; }
    qsizetype rowEnd(qsizetype row) const override;
    qsizetype positionAt(qsizetype row, double x) const override;
    void paintRow(QPainter &painter, qsizetype row, const QRectF &place) override;
    void breakRows() override;
    qsizetype indexOf(const QString &text, qsizetype from, bool isBackward, qsizetype &length) const override;

private:
    struct Row
    {
        quint32 begin;
        quint32 line;
    };
    QStringView rowText(qsizetype row) const;
    double xIn(QStringView row, qsizetype characters) const;
    double textLeft() const { return m_marks.empty() ? margin() : margin() + 2 * cellWidth(); }
    void paintText(QPainter &painter, qsizetype row, const QRectF &place);
    void paintMark(QPainter &painter, const Row &row, const QRectF &place);

    QString m_text;
    std::vector<Mark> m_marks;
    std::vector<Row> m_rows;
    bool m_isJson = false;
};

} // namespace pigeon
