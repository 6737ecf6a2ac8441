#include "broker/rightsreport.h"

#include "broker/handlerpolicy.h"
#include "security/accessfile.h"
#include "session/connection.h"
#include "session/session.h"

#include <pigeon/options.h>

#include <algorithm>

namespace pigeon {

namespace {

constexpr size_t mostRules = 1'000; // a person reads them

ClientRule clientRule(const AppliedRule &applied)
{
    const AccessRule &rule = *applied.rule;
    ClientRule told;
    told.line = rule.line;
    told.text = QByteArray(applied.isPattern ? "pattern " : "topic ") + wordOf(rule.kind) + ' ' + rule.filter.text();
    told.filter = applied.filter;
    told.isDenial = rule.kind == AccessKind::Deny;
    told.isToPublish = told.isDenial || rule.mayWrite();
    told.isToReceive = told.isDenial || rule.mayRead();
    told.isForEverybody = applied.isPattern;
    told.isOfAllTopics = applied.isOfAllTopics;
    return told;
}

} // namespace

RightsReport rightsReportOf(const Session &session, const HandlerPolicy &policy, const BrokerOptions &options)
{
    RightsReport report;
    report.userName = session.userName();
    report.hasSystemTopics = options.allowSystemTopics;
    report.isPublishAsked = policy.asksBeforePublish();
    report.isSubscribeAsked = policy.asksBeforeSubscribe();
    report.isForwardAsked = policy.asksBeforeForward();
    if (const Connection *connection = session.connection())
        report.mountPoint = connection->terms().mountPoint;
    const AccessList *access = policy.access();
    if (!access)
        return report;
    report.aclFile = options.aclFile;
    std::vector<AppliedRule> rules = access->rulesFor(session.clientId(), session.userName(), mostRules + 1);
    report.isCut = rules.size() > mostRules;
    rules.resize(std::min(rules.size(), mostRules));
    for (const AppliedRule &each : rules)
        report.rules.push_back(clientRule(each));
    return report;
}

} // namespace pigeon
