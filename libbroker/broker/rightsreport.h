#pragma once

#include "monitor/answers.h"

namespace pigeon {

class HandlerPolicy;
class Session;
struct BrokerOptions;

/// What a client may publish and receive, by the rules that would be asked: those of the ACL file that are for it, at most
/// 1000 of them, and who else has a say. Nothing is asked. Broker thread.
RightsReport rightsReportOf(const Session &session, const HandlerPolicy &policy, const BrokerOptions &options);

} // namespace pigeon
