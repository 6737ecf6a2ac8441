#pragma once

#include "hostile/brokerprocess.h"
#include "hostile/rawclient.h"
#include "hostile/rawpackets.h"

#include <QObject>
#include <QTest>

#include <memory>
#include <optional>

namespace pigeon::test {

/// What is to become of who attacks.
struct Expected
{
    enum class Ending {
        Served, ///< nothing wrong: it is answered as before
        Closed, ///< closed without a word
        Refused, ///< CONNACK with `reason`, then closed
        Disconnected, ///< 5.0: DISCONNECT with `reason`, then closed
    };
    Ending ending = Ending::Served;
    quint8 reason = 0;
};
inline constexpr Expected served{};
inline constexpr Expected closedSilently{Expected::Ending::Closed};
constexpr Expected refused(quint8 reason) { return {Expected::Ending::Refused, reason}; }
constexpr Expected disconnected(quint8 reason) { return {Expected::Ending::Disconnected, reason}; }
/// What 5.0 hears as DISCONNECT and 3.x as the end of its connection.
constexpr Expected ended(ProtocolVersion version, quint8 reason)
{
    return version == ProtocolVersion::Mqtt5 ? disconnected(reason) : closedSilently;
}

/// Two clients that were there before and mind their own business: one publishes, one subscribes.
class Witness
{
public:
    explicit Witness(quint16 port);
    /// Publishes and waits for it; milliseconds until it arrived, nothing when it did not in five seconds.
    std::optional<qint64> roundTrip();

private:
    RawClient m_subscriber;
    RawClient m_publisher;
    int m_count = 0;
};

/// What all groups of the battery share: a broker process with its witness, which is asked after each row.
class Battery : public QObject
{
    Q_OBJECT

protected Q_SLOTS:
    void init();
    /// Asked after each row: the broker runs, the witness is served in time, no client is left behind.
    void cleanup();
    void cleanupTestCase();

protected:
    /// Others are served within this, whatever one client does. Best of three, since the machine has other work.
    static constexpr qint64 servedWithinMilliseconds = 100;
    static constexpr int witnessClients = 2;

    /// A broker with these options and a witness; the one that runs when it has the same.
    void useBroker(const QStringList &options = {});
    void restartBroker(const QStringList &options = {});
    BrokerProcess &broker() { return *m_broker; }
    quint16 port() const { return m_broker->port(); }
    bool isWitnessServed();
    /// Milliseconds of the slowest answer that the witness has waited for in this row.
    qint64 slowestMilliseconds() const { return m_slowest; }
    /// Asks the witness once, for the middle of an attack.
    void askWitness();

    /// A client that was let in; its CONNACK is taken.
    RawClient letIn(const raw::Connect &connect, int receiveBufferBytes = 0);
    RawClient letIn(ProtocolVersion version) { return letIn(raw::Connect{version}); }
    /// Empty when `client` meets what is expected, else what happened instead.
    QByteArray judge(RawClient &client, Expected expected, ProtocolVersion version);
    /// True when the broker comes to hold that many and stays at it: one who has just come and gone may not have
    /// been noticed yet.
    bool clientsSettleAt(qint64 clients) { return settlesAt(&BrokerProcess::Holdings::clients, clients); }
    bool sessionsSettleAt(qint64 sessions) { return settlesAt(&BrokerProcess::Holdings::sessions, sessions); }
    /// Says in the test's output what the row took: for the report.
    void tellFigures(const char *what);

private:
    bool settlesAt(qint64 BrokerProcess::Holdings::*what, qint64 number);

    std::unique_ptr<BrokerProcess> m_broker;
    std::unique_ptr<Witness> m_witness;
    qint64 m_slowest = 0;
};

const char *nameOf(ProtocolVersion version);

} // namespace pigeon::test

Q_DECLARE_METATYPE(pigeon::test::Expected)
Q_DECLARE_METATYPE(pigeon::ProtocolVersion)
