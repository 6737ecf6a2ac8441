#include "monitor/topicmatching.h"

#include "protocol/topic.h"

namespace pigeon {

bool topicFits(QByteArrayView filter, QByteArrayView topic) { return topicMatches(filter, topic); }

} // namespace pigeon
