#pragma once

#include "security/rights.h"
#include "transport/opendoor.h"

#include <pigeon/listeneroptions.h>
#include <pigeon/options.h>

#include <QStringList>

#include <memory>
#include <vector>

namespace pigeon {

class BrokerPrivate;
class Connection;
class Session;

/// One Broker::reload, all or nothing: everything that may fail comes first and can be taken back, then what is new is put
/// in force, and at last it takes from clients what they may not have any more. Broker thread.
class Reload
{
public:
    Reload(BrokerPrivate &broker, BrokerOptions options, const std::vector<ListenerOptions> &listeners);
    Reload(const Reload &) = delete;
    Reload &operator=(const Reload &) = delete;

    /// All that is wrong, sentences; then the broker is as before. Empty: to be put in force at once.
    QString prepare();
    void putInForce();

private:
    /// What becomes of one listener that is wanted.
    struct Place
    {
        ListenerOptions wanted;
        Door *before = nullptr; ///< that listens there now
        std::unique_ptr<Door> door; ///< that is to; null = the one before stays
    };

    void findPlaces(const std::vector<ListenerOptions> &listeners);
    static void keepTerms(Place &place);
    void openPlace(Place &place, QStringList &problems);
    bool isInTheWay(const Door &door, const Place &place) const;
    void makeWay(QStringList &problems);
    void reopen(Door *closed, QStringList &problems);
    bool isStaying(const Door *door) const;
    void exchangeDoors();
    void endLostHandshakes();
    void endLostConnections();
    bool mayComeInAsBefore(const Door &retired) const;
    const Door *doorOf(const QByteArray &listener) const;
    bool isBarredToStrangers(const QByteArray &listener) const;
    bool hasLostItsPlace(const Connection &connection) const;
    bool hasLostItsUser(const Connection &connection) const;
    void dropLostSubscriptions();
    std::vector<QByteArray> lostSubscriptions(const Session &session) const;

    BrokerPrivate &m_broker;
    BrokerOptions m_options;
    BrokerOptions m_optionsBefore;
    Rights m_rights; // those to come, then those of before
    std::vector<Place> m_places;
    std::vector<QByteArray> m_gone; // names of listeners whose clients have to go
};

} // namespace pigeon
