#pragma once

#include "monitor/systemmessage.h"

#include <pigeon/events.h>

#include <vector>

/// What a broker tells of its life and its clients' below `$SYS/<broker id>/`, as aedes does it. Pure functions, any
/// thread.
///
/// Subscriptions are told twice: under the names that aedes uses on the wire (`new/subscribes`, `new/unsubscribes`)
/// and under those of its documentation and Pigeon's (`new/subscribers`, `new/unsubscribers`).
namespace pigeon::lifetopics {

SystemMessage birth(const QByteArray &brokerId);
SystemMessage heartbeat(const QByteArray &brokerId);
SystemMessage newClient(const QByteArray &brokerId, const ClientInfo &client);
SystemMessage clientGone(const QByteArray &brokerId, const ClientInfo &client);
/// One entry per filter, the last one counts where a filter was repeated; a refused one has QoS 128. Clients of 5.0
/// have their other options told too: nl (no local), rap (retain as published), rh (retain handling).
std::vector<SystemMessage> subscribed(const QByteArray &brokerId, const ClientInfo &client,
    const std::vector<GrantedSubscription> &subscriptions);
std::vector<SystemMessage> unsubscribed(
    const QByteArray &brokerId, const ClientInfo &client, const std::vector<QByteArray> &filters);

} // namespace pigeon::lifetopics
