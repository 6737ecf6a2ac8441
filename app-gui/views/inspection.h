#pragma once

#include "capture/capture.h"
#include "payload/inspectedmessage.h"

namespace pigeon {

/// What the inspector shows, from what the stores know. Window's thread; pure but for reading them.
/// A message by itself: topic, payload, properties.
InspectedMessage inspected(const Message &message);
/// A message of the ring: who has published it and when, its packet, what was there before, all values of its topic.
InspectedMessage inspected(const Capture &capture, quint64 row);
/// How it has fared, and what is missing of that.
std::vector<InspectedDelivery> inspectedDeliveries(const Capture &capture, quint64 row, QString &note);
/// The values that a topic had, those that are still in the ring, up to a row.
std::vector<TimedPayload> topicHistory(const Capture &capture, quint64 row);

} // namespace pigeon
