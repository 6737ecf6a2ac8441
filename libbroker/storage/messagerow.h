#pragma once

#include "storage/originpool.h"
#include "storage/statement.h"

#include <pigeon/message.h>

namespace pigeon {

/// The columns that hold a message, in the order in which they are bound and read. `published` is its QoS, and 4 more
/// with RETAIN; the expiry interval is what lies between `arrival` and `expires_at`.
inline constexpr char messageColumns[] = "expires_at, published, arrival, publisher, publisher_user, "
                                         "publisher_address, properties, topic, payload";
inline constexpr int messageColumnCount = 9;
inline constexpr char messageMarks[] = "?, ?, ?, ?, ?, ?, ?, ?, ?";

/// Binds the columns of `message`, which must live until the statement has run.
void bindMessage(Statement &statement, const Message &message);

/// Makes messages of rows. Messages of one publisher share their origin again. In the connection's thread.
class MessageReader
{
public:
    /// The message in the columns from `first` on; null when they are not those of a message: the row is damaged.
    MessagePtr read(const Statement &row, int first);

private:
    OriginPool m_origins;
};

} // namespace pigeon
