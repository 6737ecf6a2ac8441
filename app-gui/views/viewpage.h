#pragma once

#include "filter/filterfield.h"

#include <QHash>
#include <QIcon>
#include <QKeySequence>
#include <QVariantMap>
#include <QWidget>

class QAction;

namespace pigeon {

/// One page of the window. GUI thread.
class ViewPage : public QWidget
{
    Q_OBJECT

public:
    ViewPage(const QString &title, const QString &iconName, QWidget *parent);

    QString title() const { return windowTitle(); }
    QIcon pageIcon() const { return windowIcon(); }

    /// There are rows that the inspector can show.
    virtual bool canInspect() const { return false; }
    /// Stands still, or follows again.
    virtual void setFrozen(bool) { }
    /// Ctrl+F, and F3 with Shift or without; pages that have nothing to filter or find leave it.
    virtual void beginFilter() { }
    virtual void find(bool) { }
    /// Filters by that text.
    virtual void applyFilter(const QString &) { }
    /// A second has passed or so: what changes by itself is painted anew.
    virtual void tick() { }

    /// What is remembered from one time to the next.
    virtual QVariantMap saved() const { return {}; }
    virtual void restore(const QVariantMap &) { }

protected:
    /// An action whose keys work within this page, and which the command palette names after it. It belongs to the page, and
    /// is on it or on parts of it only when it is added there.
    QAction *makeAction(const QIcon &icon, const QString &text, const QKeySequence &keys);

Q_SIGNALS:
    /// Rows shown, rows there are, what is selected: for who wants to say it.
    void countChanged();
};

} // namespace pigeon
