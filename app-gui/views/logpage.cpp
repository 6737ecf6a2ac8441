#include "views/logpage.h"

#include "look/emptystate.h"
#include "views/filteredit.h"
#include "views/livetable.h"

namespace pigeon {

LogPage::LogPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Log"), QStringLiteral("log"), FilterView::Log, names, capture, new LogModel(capture), wishes, parent)
    , m_capture(capture)
    , m_model(static_cast<LogModel *>(table()->model()))
{
    m_model->setParent(this);
    table()->setWidths({7.2, 5, 8, 12, 40});
    table()->setMayFollow(true);
    table()->setFollowing(true);
    addRowAction(tr("Show the client"), QStringLiteral("clients"), QKeySequence(Qt::Key_Return), Needs::OneRow, [this] {
        const std::vector<int> rows = table()->selectedRowNumbers(1);
        const LogLine *line = rows.empty() ? nullptr : m_model->seen(rows.front());
        if (line && !line->clientId.isEmpty())
            Q_EMIT this->wishes().clientWanted(line->clientId);
    });
    addRowAction(tr("Only warnings and errors"), QStringLiteral("warning"), {}, Needs::Nothing,
        [this] { filterEdit()->setText(QStringLiteral("level >= warning")); });
    showCounts();
}

void LogPage::describeEmpty(EmptyState &empty)
{
    empty.setTexts(tr("Nothing was logged"), tr("Connections, refusals and warnings of the broker are told here."));
}

} // namespace pigeon
