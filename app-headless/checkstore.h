#pragma once

#include <QString>

namespace pigeon {

/// What `pigeond --check-store` says of a store's file, for people; `isSound` tells how it ended.
QString storeReportText(const QString &file, bool &isSound);

} // namespace pigeon
