#pragma once

#include "config/configuration.h"

#include <QString>

#include <vector>

namespace pigeon {

class Broker;

/// What became of the listeners of a configuration.
struct OpenedListeners
{
    std::vector<ListenerSettings> listeners; ///< with the ports that were opened
    QString where; ///< "port 1883 on all interfaces, port 1884 on 127.0.0.1"
    QString problem; ///< why one could not be opened, sentences; empty when all are
};

/// Opens every listener; host names are looked up first, which may block.
OpenedListeners openListeners(Broker &broker, const std::vector<ListenerSettings> &listeners);

/// Who is let in, for people: a clause, or where the listeners differ one for each group of them. `hasUsers`: there is a
/// password file.
QString admission(const std::vector<ListenerSettings> &listeners, bool hasUsers);

} // namespace pigeon
