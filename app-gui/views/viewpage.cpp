#include "views/viewpage.h"

#include "look/icons.h"

namespace pigeon {

ViewPage::ViewPage(const QString &title, const QString &iconName, QWidget *parent)
    : QWidget(parent)
{
    setWindowTitle(title);
    setWindowIcon(icon(iconName));
    setAccessibleName(title);
    setObjectName(iconName);
}

} // namespace pigeon
