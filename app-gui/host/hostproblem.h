#pragma once

#include <QMetaType>
#include <QString>

namespace pigeon::window {

/// Why the broker does not run, or not as it was asked to: for a banner, not for a modal box.
struct HostProblem
{
    QString text; ///< what is wrong, a sentence
    QString remedy; ///< what to do, a sentence; may be empty
    quint16 busyPort = 0; ///< a port that somebody else listens on; 0: it is something else
    quint16 freePort = 0; ///< the next one that is free; 0: none was looked for

    bool isNothing() const { return text.isEmpty(); }
};

} // namespace pigeon::window

Q_DECLARE_METATYPE(pigeon::window::HostProblem)
