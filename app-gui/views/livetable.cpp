#include "views/livetable.h"

#include "look/measure.h"
#include "models/cellroles.h"
#include "views/celldelegate.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>

namespace pigeon {

namespace {

// Beyond that nobody pastes, and the clipboard would take seconds.
constexpr qsizetype mostCopiedRows = 100'000;

} // namespace

LiveTable::LiveTable(const QString &name, QWidget *parent)
    : QTableView(parent)
{
    setAccessibleName(name);
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab goes to the next part of the window
    setCornerButtonEnabled(false);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView *columns = horizontalHeader();
    columns->setSectionResizeMode(QHeaderView::Interactive); // never measured: that would read every row
    columns->setSectionsMovable(true);
    columns->setHighlightSections(false);
    columns->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    columns->setContextMenuPolicy(Qt::CustomContextMenu);
    columns->setStretchLastSection(true);
    applyRowHeight();
    connect(columns, &QHeaderView::customContextMenuRequested, this, &LiveTable::showHeaderMenu);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LiveTable::noticeScrolling);
}

void LiveTable::applyRowHeight()
{
    verticalHeader()->setMinimumSectionSize(em(this, 1));
    verticalHeader()->setDefaultSectionSize(em(this, 1.45));
}

void LiveTable::setWidths(std::initializer_list<double> widths)
{
    int column = 0;
    const QFontMetrics titles = horizontalHeader()->fontMetrics();
    for (const double width : widths) {
        const QString title = model()->headerData(column, Qt::Horizontal).toString();
        // Titles are longer in other languages.
        const int wanted = std::max(em(this, width), titles.horizontalAdvance(title) + em(this, 0.9));
        m_widths.push_back(std::max(wanted, horizontalHeader()->minimumSectionSize()));
        setColumnWidth(column++, m_widths.back());
    }
}

void LiveTable::setShares(std::vector<std::pair<int, double>> shares)
{
    m_shares = std::move(shares);
    m_isFitting = true;
    horizontalHeader()->setStretchLastSection(false);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int, int before, int now) {
        const bool isUsers = before > 0 && now > 0 && !m_isSettingWidths;
        m_isFitting = m_isFitting && !isUsers;
    });
    fitColumns();
}

void LiveTable::fitColumns()
{
    if (!m_isFitting)
        return;
    int room = viewport()->width();
    double parts = 0;
    for (size_t column = 0; column < m_widths.size(); ++column)
        room -= isColumnHidden(static_cast<int>(column)) ? 0 : m_widths[column];
    for (const auto &[column, share] : m_shares)
        parts += isColumnHidden(column) ? 0 : share;
    if (parts <= 0)
        return;
    const QScopedValueRollback setting(m_isSettingWidths, true);
    for (const auto &[column, share] : m_shares) {
        if (!isColumnHidden(column))
            setColumnWidth(column, m_widths[static_cast<size_t>(column)] + static_cast<int>(std::max(0, room) * share / parts));
    }
}

QVariantMap LiveTable::savedColumns() const
{
    QVariantMap saved = savedHeader(horizontalHeader());
    saved[QStringLiteral("fits")] = m_isFitting;
    return saved;
}

void LiveTable::restoreColumns(const QVariantMap &saved)
{
    if (!restoreHeader(horizontalHeader(), saved))
        return;
    horizontalHeader()->setStretchLastSection(m_shares.empty());
    m_isFitting = !m_shares.empty() && saved.value(QStringLiteral("fits")).toBool();
    fitColumns();
}

void LiveTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void LiveTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    // After the view has done its own work for the rows: these connections are later ones.
    const auto follow = [this] {
        if (!m_isFollowing)
            return;
        m_isScrollingItself = true;
        scrollToBottom();
        m_isScrollingItself = false;
    };
    connect(model, &QAbstractItemModel::rowsInserted, this, follow, Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::modelReset, this, follow, Qt::QueuedConnection);
}

void LiveTable::setFollowing(bool follows)
{
    if (follows && m_mayFollow)
        scrollToBottom();
    if (m_isFollowing == (follows && m_mayFollow))
        return;
    m_isFollowing = follows && m_mayFollow;
    Q_EMIT followingChanged(m_isFollowing);
}

void LiveTable::noticeScrolling()
{
    const bool isUsers = verticalScrollBar()->isSliderDown() || underMouse() || hasFocus();
    if (!m_mayFollow || m_isScrollingItself || !isUsers)
        return;
    const bool isAtEnd = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    if (isAtEnd != m_isFollowing) {
        m_isFollowing = isAtEnd;
        Q_EMIT followingChanged(m_isFollowing);
    }
}

std::vector<int> LiveTable::selectedRowNumbers(qsizetype most) const
{
    std::vector<int> rows;
    if (!selectionModel())
        return rows;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) {
        for (int row = range.top(); row <= range.bottom() && static_cast<qsizetype>(rows.size()) < most; ++row)
            rows.push_back(row);
    }
    std::ranges::sort(rows);
    const auto repeats = std::ranges::unique(rows);
    rows.erase(repeats.begin(), repeats.end());
    return rows;
}

qsizetype LiveTable::selectedRowCount() const
{
    if (!selectionModel())
        return 0;
    qsizetype count = 0;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection)
        count += range.height();
    return count;
}

QString LiveTable::selectedText() const
{
    QString text;
    QStringList titles;
    std::vector<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(column))
            columns.push_back(column);
    }
    const std::vector<int> rows = selectedRowNumbers(mostCopiedRows);
    if (rows.size() > 1) {
        for (const int column : columns)
            titles.append(model()->headerData(column, Qt::Horizontal).toString());
        text = titles.join(u'\t') + u'\n';
    }
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns) {
            const QModelIndex index = model()->index(row, column);
            const QVariant own = index.data(CopyRole);
            cells.append((own.isValid() ? own : index.data()).toString().replace(u'\t', u' '));
        }
        text += cells.join(u'\t') + u'\n';
    }
    if (rows.size() == 1)
        text.chop(1);
    return text;
}

void LiveTable::copySelected() const
{
    const QString text = selectedText();
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void LiveTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return;
    }
    const bool goesToEnd = event->key() == Qt::Key_End && event->modifiers() == Qt::NoModifier;
    if (goesToEnd && m_mayFollow) {
        setFollowing(true);
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        event->ignore(); // freezes the views
        return;
    }
    QTableView::keyPressEvent(event);
}

void LiveTable::mousePressEvent(QMouseEvent *event)
{
    // Who takes hold of a row wants it to stay.
    if (m_isFollowing && indexAt(event->pos()).isValid())
        setFollowing(false);
    m_hasMoved = false;
    QTableView::mousePressEvent(event);
    // Something else may be shown of it by now: a click on the row that is selected asks for it again.
    if (!m_hasMoved && event->button() == Qt::LeftButton && indexAt(event->pos()).isValid())
        Q_EMIT selectionMoved();
}

void LiveTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    m_hasMoved = true;
    Q_EMIT selectionMoved();
}

void LiveTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyRowHeight();
}

void LiveTable::showHeaderMenu(const QPoint &position)
{
    offerColumns(horizontalHeader(), position, [this] { fitColumns(); });
}

QVariantMap savedHeader(const QHeaderView *header)
{
    return {{QStringLiteral("header"), header->saveState()}, {QStringLiteral("columns"), header->count()}};
}

bool restoreHeader(QHeaderView *header, const QVariantMap &saved)
{
    return saved.value(QStringLiteral("columns")).toInt() == header->count()
        && header->restoreState(saved.value(QStringLiteral("header")).toByteArray());
}

void offerColumns(QHeaderView *header, const QPoint &position, const std::function<void()> &changed)
{
    QMenu menu(header);
    for (int column = 0; column < header->count(); ++column) {
        QAction *shown = menu.addAction(header->model()->headerData(column, Qt::Horizontal).toString());
        shown->setCheckable(true);
        shown->setChecked(!header->isSectionHidden(column));
        shown->setEnabled(column != 0); // one must stay, or the header is gone with its menu
        QObject::connect(shown, &QAction::toggled, header, [=](bool isShown) {
            header->setSectionHidden(column, !isShown);
            changed();
        });
    }
    menu.exec(header->mapToGlobal(position));
}

} // namespace pigeon
