#pragma once

#include <QByteArrayView>

namespace pigeon {

/// Whether a topic fits a topic filter by the rules of 4.7, for the window, which filters what it shows by them. `filter`
/// is valid and without `$share/`. Pure.
bool topicFits(QByteArrayView filter, QByteArrayView topic);

} // namespace pigeon
