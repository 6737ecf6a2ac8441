#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace pigeon {

/// `utf8` prepared by SASLprep (RFC 4013) as a query string, so that one name or password typed in two ways
/// compares equal; nothing when it is not well-formed UTF-8 or holds what SASLprep prohibits. Any thread.
///
/// Unassigned code points are let through, which the RFC allows for query strings; the direction of
/// characters is Qt's newer Unicode data, not that of Unicode 3.2.
std::optional<QByteArray> saslPrepared(QByteArrayView utf8);

} // namespace pigeon
