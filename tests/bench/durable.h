#pragma once

namespace bench {

class BrokerProcess;
struct Options;
struct Result;

// Workloads about what a broker keeps for a client that is away.

/// Many publishers at once for one session that is away: what an acknowledgement costs; then what it costs to bring
/// the session what it has missed.
template <unsigned qos>
void durable(const Options &options, BrokerProcess &broker, Result &result);
extern template void durable<1>(const Options &, BrokerProcess &, Result &);
extern template void durable<2>(const Options &, BrokerProcess &, Result &);

/// The same publishers at a given rate: how long an acknowledgement takes that is not waited for by the next message.
void acks(const Options &options, BrokerProcess &broker, Result &result);

/// Memory of what is queued for a session that is away.
void queued(const Options &options, BrokerProcess &broker, Result &result);

/// How long a broker takes to start with what it has kept, and that all of it is there.
void restart(const Options &options, BrokerProcess &broker, Result &result);

} // namespace bench
