#pragma once

#include "storage/statement.h"

#include <pigeon/message.h>

#include <QHash>

namespace pigeon {

/// The columns that hold a message, in the order in which they are bound and read. `published` is its QoS, and 4 more
/// with RETAIN; the expiry interval is what lies between `arrival` and `expires_at`.
inline constexpr char messageColumns[] = "expires_at, published, arrival, publisher, publisher_user, "
                                         "publisher_address, properties, topic, payload";
inline constexpr int messageColumnCount = 9;
inline constexpr char messageMarks[] = "?, ?, ?, ?, ?, ?, ?, ?, ?";

/// When a message is of no use any more, wall time; nothing when it never expires.
std::optional<std::chrono::milliseconds> expiresAt(const Message &message);

/// Binds the columns of `message`, which must live until the statement has run.
void bindMessage(Statement &statement, const Message &message);

/// Makes messages of rows. Messages of one publisher share their origin again. In the connection's thread.
class MessageReader
{
public:
    /// The message in the columns from `first` on; null when they are not those of a message: the row is damaged.
    MessagePtr read(const Statement &row, int first);

private:
    OriginPtr originOf(const QByteArray &clientId, const QByteArray &userName, const QByteArray &address);

    QHash<QByteArray, OriginPtr> m_origins;
};

} // namespace pigeon
