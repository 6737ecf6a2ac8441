#include "payload/lineview.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <cmath>

namespace pigeon {

namespace {

constexpr int smallestZoom = -4;
constexpr int largestZoom = 24;
constexpr int leastColumns = 16; // narrower windows do not break lines into letters

} // namespace

LineView::LineView(const QString &name, QWidget *parent)
    : QAbstractScrollArea(parent)
{
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::IBeamCursor);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    useFont();
}

void LineView::useFont()
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(std::max(4.0, QApplication::font().pointSizeF() + m_zoom));
    viewport()->setFont(fixed);
    const QFontMetricsF metrics(fixed, viewport());
    m_cellWidth = metrics.horizontalAdvance(u'0');
    m_rowHeight = std::ceil(metrics.lineSpacing());
}

int LineView::columns() const
{
    return std::max(leastColumns, static_cast<int>((viewport()->width() - 2 * margin()) / m_cellWidth));
}

void LineView::setZoom(int points)
{
    points = std::clamp(points, smallestZoom, largestZoom);
    if (points == m_zoom)
        return;
    m_zoom = points;
    useFont();
    relayout();
    Q_EMIT zoomed(points);
}

void LineView::startAnew()
{
    m_anchor = m_cursor = 0;
    verticalScrollBar()->setValue(0);
    relayout();
}

void LineView::relayout()
{
    // What is at the top stays there when lines are broken in other places.
    const qsizetype top = verticalScrollBar()->value() == 0 || rowCount() == 0
        ? 0
        : rowBegin(std::min<qsizetype>(verticalScrollBar()->value(), rowCount() - 1));
    breakRows();
    updateScrollBar();
    if (top > 0 && top < positionCount())
        verticalScrollBar()->setValue(static_cast<int>(rowOf(top)));
    viewport()->update();
}

void LineView::updateScrollBar()
{
    const int page = std::max(1, static_cast<int>(viewport()->height() / m_rowHeight));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setRange(0, static_cast<int>(std::max<qsizetype>(0, rowCount() - page)));
}

void LineView::scrollToRow(qsizetype row)
{
    QScrollBar *bar = verticalScrollBar();
    if (row < bar->value())
        bar->setValue(static_cast<int>(row));
    else if (row >= bar->value() + bar->pageStep())
        bar->setValue(static_cast<int>(row) - bar->pageStep() + 1);
}

void LineView::select(qsizetype begin, qsizetype end)
{
    m_anchor = std::clamp<qsizetype>(begin, 0, positionCount());
    m_cursor = std::clamp<qsizetype>(end, 0, positionCount());
    if (rowCount() > 0) {
        scrollToRow(rowOf(std::max(m_anchor, m_cursor - 1)));
        scrollToRow(rowOf(m_anchor)); // its begin is what is looked for
    }
    viewport()->update();
}

void LineView::selectAll()
{
    m_anchor = 0;
    m_cursor = positionCount();
    viewport()->update();
    Q_EMIT selectionMoved(selectionBegin(), selectionEnd());
}

void LineView::copySelected() const
{
    if (hasSelection())
        QApplication::clipboard()->setText(textOf(selectionBegin(), selectionEnd()));
}

bool LineView::find(const QString &text, bool isBackward)
{
    qsizetype length = 0;
    const qsizetype from = isBackward ? selectionBegin() - 1 : hasSelection() ? selectionBegin() + 1 : m_cursor;
    qsizetype place = from < 0 ? -1 : indexOf(text, from, isBackward, length);
    if (place < 0)
        place = indexOf(text, isBackward ? positionCount() : 0, isBackward, length);
    if (place < 0)
        return false;
    select(place, place + length);
    Q_EMIT selectionMoved(place, place + length);
    return true;
}

void LineView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.setFont(viewport()->font());
    const qsizetype top = verticalScrollBar()->value();
    const auto first = static_cast<qsizetype>(event->rect().top() / m_rowHeight);
    const auto last = static_cast<qsizetype>(event->rect().bottom() / m_rowHeight);
    for (qsizetype line = first; line <= last && top + line < rowCount(); ++line) {
        const QRectF place(0, static_cast<double>(line) * m_rowHeight, viewport()->width(), m_rowHeight);
        paintRow(painter, top + line, place);
    }
}

void LineView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

qsizetype LineView::positionUnder(const QPointF &point) const
{
    if (rowCount() == 0)
        return 0;
    const auto line = static_cast<qsizetype>(std::floor(point.y() / m_rowHeight));
    const qsizetype row = std::clamp<qsizetype>(verticalScrollBar()->value() + line, 0, rowCount() - 1);
    return positionAt(row, point.x());
}

void LineView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        moveCursor(positionUnder(event->position()), event->modifiers() & Qt::ShiftModifier);
}

void LineView::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        moveCursor(positionUnder(event->position()), true);
}

void LineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (rowCount() == 0)
        return;
    const qsizetype row = rowOf(positionUnder(event->position()));
    m_anchor = rowBegin(row);
    moveCursor(rowEnd(row), true);
}

void LineView::wheelEvent(QWheelEvent *event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    setZoom(m_zoom + (event->angleDelta().y() > 0 ? 1 : -1));
    event->accept();
}

void LineView::moveCursor(qsizetype position, bool isExtending)
{
    m_cursor = std::clamp<qsizetype>(position, 0, positionCount());
    if (!isExtending)
        m_anchor = m_cursor;
    if (rowCount() > 0)
        scrollToRow(rowOf(std::min(m_cursor, std::max<qsizetype>(0, positionCount() - 1))));
    viewport()->update();
    Q_EMIT selectionMoved(selectionBegin(), selectionEnd());
}

void LineView::moveByRows(qsizetype rows, bool isExtending)
{
    if (rowCount() == 0)
        return;
    const qsizetype row = rowOf(std::min(m_cursor, std::max<qsizetype>(0, positionCount() - 1)));
    const qsizetype target = std::clamp<qsizetype>(row + rows, 0, rowCount() - 1);
    moveCursor(std::min(rowBegin(target) + m_cursor - rowBegin(row), rowEnd(target)), isExtending);
}

bool LineView::handleZoomKey(const QKeyEvent &event)
{
    if (event.matches(QKeySequence::ZoomIn) || (event.modifiers() & Qt::ControlModifier && event.key() == Qt::Key_Equal))
        setZoom(m_zoom + 1);
    else if (event.matches(QKeySequence::ZoomOut))
        setZoom(m_zoom - 1);
    else if (event.modifiers() & Qt::ControlModifier && event.key() == Qt::Key_0)
        setZoom(0);
    else
        return false;
    return true;
}

/// Where a key that moves within a row or to an end leads; -1: it is none.
qsizetype LineView::targetOf(const QKeyEvent &event) const
{
    const bool isFar = event.modifiers() & Qt::ControlModifier;
    const qsizetype row = rowCount() == 0 ? -1 : rowOf(std::min(m_cursor, std::max<qsizetype>(0, positionCount() - 1)));
    switch (event.key()) {
    case Qt::Key_Left:
        return std::max<qsizetype>(0, m_cursor - 1);
    case Qt::Key_Right:
        return m_cursor + 1;
    case Qt::Key_Home:
        return isFar || row < 0 ? 0 : rowBegin(row);
    case Qt::Key_End:
        return isFar || row < 0 ? positionCount() : rowEnd(row);
    default:
        return -1;
    }
}

void LineView::keyPressEvent(QKeyEvent *event)
{
    const bool isExtending = event->modifiers() & Qt::ShiftModifier;
    const int page = verticalScrollBar()->pageStep();
    if (event->matches(QKeySequence::Copy))
        copySelected();
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (handleZoomKey(*event))
        event->accept();
    else if (const qsizetype target = targetOf(*event); target >= 0)
        moveCursor(target, isExtending);
    else if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
        moveByRows(event->key() == Qt::Key_Up ? -1 : 1, isExtending);
    else if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown)
        moveByRows(event->key() == Qt::Key_PageUp ? -page : page, isExtending);
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void LineView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copy = menu.addAction(tr("&Copy"), this, &LineView::copySelected);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(hasSelection());
    menu.addAction(tr("Select &all"), this, &LineView::selectAll)->setShortcut(QKeySequence::SelectAll);
    menu.addSeparator();
    menu.addAction(tr("&Larger"), this, [this] { setZoom(m_zoom + 1); })->setShortcut(QKeySequence::ZoomIn);
    menu.addAction(tr("&Smaller"), this, [this] { setZoom(m_zoom - 1); })->setShortcut(QKeySequence::ZoomOut);
    menu.addAction(tr("&Usual size"), this, [this] { setZoom(0); });
    menu.exec(event->globalPos());
}

void LineView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() != QEvent::FontChange && event->type() != QEvent::ApplicationFontChange)
        return;
    useFont();
    relayout();
}

/// While the view has the focus these keys are its own, whatever shortcuts a window has given them.
bool LineView::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isZoom = key->modifiers() & Qt::ControlModifier
            && (key->key() == Qt::Key_Plus || key->key() == Qt::Key_Minus || key->key() == Qt::Key_Equal || key->key() == Qt::Key_0);
        if (isZoom || key->matches(QKeySequence::Copy) || key->matches(QKeySequence::SelectAll) || targetOf(*key) >= 0)
            event->accept();
    }
    return QAbstractScrollArea::event(event);
}

} // namespace pigeon
