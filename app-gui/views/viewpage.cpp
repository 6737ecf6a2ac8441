#include "views/viewpage.h"

#include "look/icons.h"

#include <QAction>

namespace pigeon {

ViewPage::ViewPage(const QString &title, const QString &iconName, QWidget *parent)
    : QWidget(parent)
{
    setWindowTitle(title);
    setWindowIcon(icon(iconName));
    setAccessibleName(title);
    setObjectName(iconName);
}

QAction *ViewPage::makeAction(const QIcon &icon, const QString &text, const QKeySequence &keys)
{
    auto *action = new QAction(icon, text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setProperty("where", title());
    return action;
}

} // namespace pigeon
