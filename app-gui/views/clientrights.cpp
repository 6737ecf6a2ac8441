#include "views/clientrights.h"

#include "look/figures.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "monitor/monitorsource.h"
#include "views/plaintable.h"

#include <QFileInfo>
#include <QLabel>
#include <QPointer>
#include <QTableWidget>
#include <QVBoxLayout>

namespace pigeon {

namespace {

QString handlersOf(const RightsReport &report)
{
    QStringList names;
    if (report.isPublishAsked)
        names.append(QStringLiteral("authorizePublish"));
    if (report.isSubscribeAsked)
        names.append(QStringLiteral("authorizeSubscribe"));
    if (report.isForwardAsked)
        names.append(QStringLiteral("authorizeForward"));
    return names.join(QStringLiteral(", "));
}

QString whoDecides(const RightsReport &report, const QString &handlers)
{
    if (report.aclFile.isEmpty())
        return handlers.isEmpty() ? ClientRights::tr("Everything is allowed: no access list is configured.")
                                  : ClientRights::tr("No access list is configured: the program that runs the broker decides, "
                                                     "by its handlers %1.").arg(handlers);
    const QString list = ClientRights::tr("The lines of %1 that are for it, in the order in which they are asked: the first one "
                                          "that speaks of a topic decides.").arg(plainLine(report.aclFile));
    return handlers.isEmpty() ? list
                              : list + u' ' + ClientRights::tr("What they allow, the program that runs the broker may refuse by "
                                                               "its handlers %1.").arg(handlers);
}

QString aboutText(const RightsReport &report)
{
    if (!report.error.isEmpty())
        return report.error;
    QStringList sentences{whoDecides(report, handlersOf(report))};
    if (report.isCut)
        sentences.append(ClientRights::tr("Only the first %1 are shown.").arg(countText(report.rules.size())));
    sentences.append(report.hasSystemTopics ? ClientRights::tr("Below $SYS the broker alone publishes.")
                                            : ClientRights::tr("Below $SYS the broker alone publishes, and no client may subscribe."));
    if (!report.mountPoint.isEmpty())
        sentences.append(ClientRights::tr("Its listener puts %1 before all its topics; rules are about the whole topic.")
                             .arg(plainLine(report.mountPoint)));
    return sentences.join(u' ');
}

QString rightText(const ClientRule &rule)
{
    if (rule.isDenial)
        return ClientRights::tr("denied");
    if (rule.isToPublish && rule.isToReceive)
        return ClientRights::tr("publish, subscribe, receive");
    return rule.isToPublish ? ClientRights::tr("publish") : ClientRights::tr("subscribe, receive");
}

QString whomText(const ClientRule &rule, const RightsReport &report)
{
    if (rule.isForEverybody)
        return ClientRights::tr("everybody");
    return report.userName.isEmpty() ? ClientRights::tr("clients without a user")
                                     : ClientRights::tr("user %1").arg(plainLine(report.userName));
}

} // namespace

ClientRights::ClientRights(MonitorSource &source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_about(new QLabel(this))
    , m_rules(plainTable({tr("Right"), tr("Topics"), tr("For"), tr("From"), tr("Line")}, tr("Rights"), this))
{
    m_about->setTextFormat(Qt::PlainText);
    m_about->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_about->setMargin(em(this, 0.5));
    m_about->setWordWrap(true);
    m_about->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_about->setObjectName(QStringLiteral("rightsAbout"));
    m_rules->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_about);
    column->addWidget(m_rules, 1);
    column->addStretch(0);
}

void ClientRights::showClient(const QByteArray &clientId)
{
    if (clientId != m_clientId) {
        m_clientId = clientId;
        m_about->clear();
        m_rules->hide();
    }
    m_source.rightsOf(clientId, [self = QPointer(this), clientId](const RightsReport &report) {
        if (self && clientId == self->m_clientId)
            self->fill(report);
    });
}

void ClientRights::fill(const RightsReport &report)
{
    m_about->setText(aboutText(report));
    const bool hasRules = report.error.isEmpty() && !report.aclFile.isEmpty();
    if (hasRules)
        fillTable(report);
    m_rules->setVisible(hasRules);
}

void ClientRights::fillTable(const RightsReport &report)
{
    const QString file = QFileInfo(report.aclFile).fileName();
    const int count = static_cast<int>(report.rules.size());
    m_rules->setRowCount(report.isCut ? count : count + 1);
    for (int row = 0; row < count; ++row) {
        const ClientRule &rule = report.rules[static_cast<size_t>(row)];
        setRow(m_rules, row, {rightText(rule), rule.isOfAllTopics ? tr("all, since its name holds +, # or /") : plainLine(rule.filter),
            whomText(rule, report), QStringLiteral("%1:%2").arg(plainLine(file)).arg(rule.line), plainLine(rule.text)});
    }
    if (!report.isCut)
        setRow(m_rules, count, {tr("denied"), tr("all others"), {}, {}, tr("no line speaks of them")});
    m_rules->setColumnWidth(0, em(this, 13));
    m_rules->setColumnWidth(1, em(this, 14));
    m_rules->setColumnWidth(2, em(this, 10));
    m_rules->setColumnWidth(3, em(this, 7));
}

} // namespace pigeon
