#pragma once

#include <QAbstractScrollArea>

namespace pigeon {

/// A view of many lines of fixed-pitch text, of which it paints those that are seen, however many there are. It has a
/// selection, which keyboard and mouse move, copies, finds and zooms. What the lines are its children say. GUI thread.
///
/// Positions count what can be selected, characters or bytes, from 0.
class LineView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    /// `name` is what a screen reader calls it.
    explicit LineView(const QString &name, QWidget *parent = nullptr);

    qsizetype selectionBegin() const { return std::min(m_anchor, m_cursor); }
    qsizetype selectionEnd() const { return std::max(m_anchor, m_cursor); }
    bool hasSelection() const { return m_anchor != m_cursor; }
    /// Selects and scrolls there; without a signal.
    void select(qsizetype begin, qsizetype end);
    void selectAll();
    void copySelected() const;
    /// Selects the next hit behind (or before) the selection and goes round at the end. False: there is none.
    bool find(const QString &text, bool isBackward);

    /// In points that the font is larger or smaller than usual.
    int zoom() const { return m_zoom; }
    void setZoom(int points);

    // What is there, as a child says it.
    virtual qsizetype positionCount() const = 0;
    virtual qsizetype rowCount() const = 0;
    virtual QString textOf(qsizetype begin, qsizetype end) const = 0;

Q_SIGNALS:
    void selectionMoved(qsizetype begin, qsizetype end);
    void zoomed(int points);

protected:
    virtual qsizetype rowOf(qsizetype position) const = 0;
    virtual qsizetype rowBegin(qsizetype row) const = 0;
    /// The last position of the row, behind which the next row begins.
    virtual qsizetype rowEnd(qsizetype row) const = 0;
    virtual qsizetype positionAt(qsizetype row, double x) const = 0;
    virtual void paintRow(QPainter &painter, qsizetype row, const QRectF &place) = 0;
    /// The width or the font is another: rows are to be broken anew.
    virtual void breakRows() = 0;
    /// Where `text` is found at `from` or behind it (before it), -1: nowhere.
    virtual qsizetype indexOf(const QString &text, qsizetype from, bool isBackward, qsizetype &length) const = 0;

    double cellWidth() const { return m_cellWidth; }
    double rowHeight() const { return m_rowHeight; }
    double margin() const { return m_cellWidth; }
    /// As many characters as fit side by side.
    int columns() const;
    bool isSelected(qsizetype position) const { return position >= selectionBegin() && position < selectionEnd(); }
    /// Everything is another: the selection goes, the view begins at the top.
    void startAnew();
    void relayout();
    void scrollToRow(qsizetype row);

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void useFont();
    void updateScrollBar();
    qsizetype positionUnder(const QPointF &point) const;
    void moveCursor(qsizetype position, bool isExtending);
    void moveByRows(qsizetype rows, bool isExtending);
    bool handleZoomKey(const QKeyEvent &event);
    qsizetype targetOf(const QKeyEvent &event) const;

    qsizetype m_anchor = 0;
    qsizetype m_cursor = 0;
    int m_zoom = 0;
    double m_cellWidth = 1;
    double m_rowHeight = 1;
};

} // namespace pigeon
