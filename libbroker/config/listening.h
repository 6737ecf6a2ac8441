#pragma once

#include "config/configuration.h"
#include <QString>

#include <functional>
#include <vector>

namespace pigeon {

/// One listener of a configuration and what it has come to: a host name may have several addresses.
struct OpenListener
{
    ListenerSettings settings;
    std::vector<ListenerOptions> options;
    quint16 port = 0; ///< that was opened where any free one was asked for

    /// "port 1883 on all interfaces".
    QString text() const;
};

/// What became of the listeners of a configuration.
struct Listening
{
    std::vector<OpenListener> listeners;
    QString problem; ///< why one could not be opened, sentences; empty when all are

    /// "port 1883 on all interfaces, port 1884 on 127.0.0.1".
    QString where() const;
    /// Who is let in, for people: a clause, or where the listeners differ one for each group of them. `hasUsers`: there is
    /// a password file.
    QString admission(bool hasUsers) const;
    /// What the broker is told in a reload.
    std::vector<ListenerOptions> options() const;
};

/// What became of one address of a listener.
struct OpenedAddress
{
    QString problem; ///< why nobody listens there, sentences; empty: somebody does
    quint16 port = 0;
};
/// Opens one: Broker::listen, and what else a program does for it.
using OpenAddress = std::function<OpenedAddress(const ListenerOptions &)>;
/// Opens every listener; host names are looked up first, which may block.
Listening openListeners(const std::vector<ListenerSettings> &listeners, const OpenAddress &open);
/// What the listeners of a configuration come to that is read again: those that are open keep their addresses and ports.
/// Opens nothing; looks host names of new ones up, which may block.
Listening plannedListeners(const Listening &open, const std::vector<ListenerSettings> &listeners);

/// Who is let in, for people: a clause, or where the listeners differ one for each group of them. `hasUsers`: there is a
/// password file.
QString admission(const std::vector<ListenerSettings> &listeners, bool hasUsers);

} // namespace pigeon
