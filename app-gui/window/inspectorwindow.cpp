#include "window/inspectorwindow.h"

#include "look/icons.h"
#include "views/inspectorpanel.h"

#include <QKeyEvent>
#include <QVBoxLayout>

namespace pigeon {

InspectorWindow::InspectorWindow(Capture &capture, Wishes &wishes)
    : QWidget(nullptr, Qt::Window)
    , m_panel(new InspectorPanel(capture, wishes, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAttribute(Qt::WA_QuitOnClose, false); // the program is the main window
    setObjectName(QStringLiteral("inspectorWindow"));
    setWindowIcon(icon(QStringLiteral("inspector")));
    m_panel->setLasting(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_panel);
}

void InspectorWindow::takeTitle()
{
    QString title = m_panel->title();
    setAccessibleName(tr("Inspector: %1").arg(title));
    setWindowTitle(title.replace(QLatin1String("[*]"), QLatin1String("[*][*]"))); // Qt's own mark, which a topic may hold
}

void InspectorWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->matches(QKeySequence::Close))
        close();
    else
        QWidget::keyPressEvent(event);
}

void InspectorWindow::closeEvent(QCloseEvent *event)
{
    Q_EMIT leaving();
    QWidget::closeEvent(event);
}

} // namespace pigeon
