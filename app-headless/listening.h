#pragma once

#include "config/configuration.h"

#include <QString>

#include <vector>

namespace pigeon {

class Broker;

/// What became of the listeners of a configuration.
struct OpenedListeners
{
    QString where; ///< "port 1883 on all interfaces, port 1884 on 127.0.0.1"
    QString problem; ///< why one could not be opened, sentences; empty when all are
};

/// Opens every listener; host names are looked up first, which may block.
OpenedListeners openListeners(Broker &broker, const std::vector<ListenerSettings> &listeners);

/// Who is let in, for people: a clause, or one for each kind of listener where they differ.
QString admission(const Configuration &configuration);

} // namespace pigeon
