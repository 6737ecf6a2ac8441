#pragma once

#include "models/topicsmodel.h"
#include "views/filteredit.h"
#include "views/viewpage.h"
#include "views/wishes.h"

class QLabel;
class QMenu;
class QStackedWidget;
class QTreeView;

namespace pigeon {

class EmptyState;
class Exporting;
class FindBar;
class FittedColumns;
class LiveTable;
class SystemButton;

/// All topics: as a tree, and as a list of those that pass while there is a filter. Pinned ones stand above. GUI thread.
class TopicsPage final : public ViewPage
{
    Q_OBJECT

public:
    TopicsPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override;
    void find(bool isForward) override;
    void beginFilter() override { m_filter->begin(); }
    void applyFilter(const QString &text) override { m_filter->setText(text); }
    void tick() override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    TopicTreeModel &tree() const { return *m_tree; }
    TopicListModel &list() const { return *m_list; }
    void showTopic(const QByteArray &topic);

Q_SIGNALS:
    void retainedDeletionWanted(const std::vector<QByteArray> &topics);
    void retainedDeletionBelowWanted(const QByteArray &topic);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeActions();
    void takeFilter(const FilterProgramPtr &program);
    void refilter();
    void hideSystem();
    bool isFiltered() const;
    QByteArray currentTopic() const;
    void showMenu(QWidget *view, const QPoint &position);
    void expandBelow();
    void openFirstLevels(const QModelIndex &parent, int first, int last);
    void showCounts();
    std::vector<TopicStore::Node> selectedNodes() const;
    void exportShown();
    void exportSelected();
    void exportList(const std::optional<std::vector<TopicStore::Node>> &only);
    void togglePin();
    void showPins();

    Capture &m_capture;
    Wishes &m_wishes;
    TopicTreeModel *const m_tree;
    TopicListModel *const m_list;
    FilterEdit *const m_filter;
    QLabel *const m_counts;
    SystemButton *const m_system;
    FilterProgramPtr m_program; ///< of the filter that is typed
    QMenu *m_pins = nullptr;
    QStackedWidget *const m_stack;
    QTreeView *const m_treeView;
    FittedColumns *m_columns = nullptr; ///< of the tree
    LiveTable *const m_table;
    EmptyState *m_emptyTree = nullptr;
    EmptyState *m_emptyList = nullptr;
    bool m_isFrozen = false;
    TopicStore::Node m_endThen = TopicStore::noNode; ///< of the topics that there were when it was frozen
    FindBar *m_find = nullptr; ///< of the list
    FindBar *m_findInTree = nullptr;
    Exporting *m_exporting = nullptr;
    QAction *m_export = nullptr;
    QAction *m_exportSelected = nullptr;
    QStringList m_pinned;
    QList<QAction *> m_actions;
};

} // namespace pigeon
