#pragma once

#include "capture/capture.h"
#include "payload/inspectedmessage.h"

namespace pigeon {

/// What the inspector shows, from what the stores know. Window's thread; pure but for reading them.
/// A message by itself: topic, payload, properties.
InspectedMessage inspected(const Message &message);
/// A message of the ring: who has published it and when, its packet, what was there before.
InspectedMessage inspected(const Capture &capture, quint64 row);
/// A PUBLISH by itself; nothing where it is another packet, or is cut before its payload.
std::optional<InspectedMessage> inspectedPublish(const Capture &capture, const SeenPacket &packet);
/// The row of the message that this packet brought, or MessageLog::noRow.
quint64 messageOfPacket(const Capture &capture, const PacketRecord &packet);
/// How it has fared, and what is missing of that.
std::vector<InspectedDelivery> inspectedDeliveries(const Capture &capture, quint64 row, QString &note);
/// The values that a topic had, those that are still in the ring, up to a row.
std::vector<TimedPayload> topicHistory(const Capture &capture, quint64 row);
/// Those that came since.
struct NewValues
{
    std::vector<TimedPayload> values;
    quint64 lastRow = MessageLog::noRow; ///< of the last message of the topic among them
    quint64 upTo = 0; ///< the row from which on nobody has looked
};
/// Looks at so many rows from `from` on as take a moment; the rest is for the next time.
NewValues newValues(const Capture &capture, QByteArrayView topic, quint64 from);

} // namespace pigeon
