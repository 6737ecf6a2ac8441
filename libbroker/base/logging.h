#pragma once

#include <QLoggingCategory>

/// The categories that the broker logs under; "pigeon.*" in QT_LOGGING_RULES stands for all. Any thread.
namespace pigeon {

Q_DECLARE_LOGGING_CATEGORY(logConnection) // pigeon.connection: links and listeners come, go and fail
Q_DECLARE_LOGGING_CATEGORY(logSession) // pigeon.session: what clients do
Q_DECLARE_LOGGING_CATEGORY(logSecurity) // pigeon.security: who was refused and why
Q_DECLARE_LOGGING_CATEGORY(logStore) // pigeon.store: what is kept on disk
Q_DECLARE_LOGGING_CATEGORY(logBroker) // pigeon.broker: start, stop, configuration

} // namespace pigeon
