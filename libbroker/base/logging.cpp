#include "base/logging.h"

namespace pigeon {

Q_LOGGING_CATEGORY(logConnection, "pigeon.connection", QtInfoMsg)
Q_LOGGING_CATEGORY(logSession, "pigeon.session", QtInfoMsg)
Q_LOGGING_CATEGORY(logSecurity, "pigeon.security", QtInfoMsg)
Q_LOGGING_CATEGORY(logStore, "pigeon.store", QtInfoMsg)
Q_LOGGING_CATEGORY(logBroker, "pigeon.broker", QtInfoMsg)

} // namespace pigeon
