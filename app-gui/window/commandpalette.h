#pragma once

#include <QAction>
#include <QDialog>
#include <QPointer>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace pigeon {

class CommandModel;

/// Every action of the window by its name: some letters of it in their order find it, Enter does it. GUI thread.
class CommandPalette final : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget *window);

    /// Opens with the actions that the window has now and that can be done.
    void open(const QList<QAction *> &actions);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void run();

    QLineEdit *const m_line;
    QListView *const m_list;
    CommandModel *const m_model;
};

/// The actions whose names hold the letters of a pattern, the best first. A value-like model of at most some hundred rows;
/// the row of an action that is destroyed meanwhile is empty.
class CommandModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void setActions(const QList<QAction *> &actions);
    void setPattern(const QString &pattern);
    QAction *action(int row) const { return m_shown.value(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    QList<QPointer<QAction>> m_actions;
    QList<QPointer<QAction>> m_shown;
};

/// How well `pattern` fits `name`, higher is better; below 0 it does not. The letters must come in their order; at the
/// start of a word and side by side they count more. Pure.
int fitOf(QStringView pattern, QStringView name);

} // namespace pigeon
