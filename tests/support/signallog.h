#pragma once

#include <pigeon/broker.h>

#include <QByteArrayList>
#include <QObject>
#include <QTest>

#include <algorithm>
#include <vector>

namespace pigeon::test {

inline QByteArray hexOf(ReasonCode reason)
{
    return "0x" + QByteArray::number(static_cast<uint>(reason), 16).rightJustified(2, '0');
}

/// Writes down what a broker tells, one line an event in the order in which they come: "connackSent a 0x00", with "-"
/// for no client id. The last value of each kind is kept for a closer look. What is published below `$SYS/` comes when it
/// comes and is kept apart.
class SignalLog : public QObject
{
public:
    explicit SignalLog(Broker &broker)
    {
        QObject::connect(&broker, &Broker::clientRegistered, this, [this](const ClientInfo &client) {
            registered = client;
            write("registered", client.clientId);
        });
        QObject::connect(&broker, &Broker::clientReady, this,
            [this](const ClientInfo &client) { write("ready", client.clientId); });
        QObject::connect(&broker, &Broker::clientDisconnected, this,
            [this](const ClientInfo &client, const EventError &why) {
                disconnected = client;
                write("disconnected", client.clientId, hexOf(why.reason));
            });
        QObject::connect(&broker, &Broker::clientError, this, [this](const ClientInfo &client, const EventError &why) {
            error = why;
            write("clientError", client.clientId, hexOf(why.reason));
        });
        QObject::connect(&broker, &Broker::connectionError, this,
            [this](const ClientInfo &client, const EventError &why) {
                error = why;
                refused = client;
                write("connectionError", client.clientId, hexOf(why.reason));
            });
        QObject::connect(&broker, &Broker::keepaliveTimedOut, this,
            [this](const ClientInfo &client) { write("keepaliveTimedOut", client.clientId); });
        QObject::connect(&broker, &Broker::published, this, [this](const PublishedEvent &event) {
            if (event.message->topic().startsWith("$SYS/")) {
                system.push_back(event);
                return;
            }
            published = event;
            write("published", event.client.clientId, event.message->topic().toByteArray());
        });
        QObject::connect(&broker, &Broker::acknowledged, this, [this](const AcknowledgedEvent &event) {
            acknowledged = event;
            write("acknowledged", event.client.clientId, hexOf(event.reason));
        });
        QObject::connect(&broker, &Broker::subscribed, this,
            [this](const ClientInfo &client, const std::vector<GrantedSubscription> &granted) {
                QByteArray text;
                for (const GrantedSubscription &each : granted)
                    text += ' ' + each.entry.filter + ' ' + hexOf(each.granted);
                write("subscribed", client.clientId, text.trimmed());
            });
        QObject::connect(&broker, &Broker::unsubscribed, this,
            [this](const ClientInfo &client, const std::vector<QByteArray> &filters) {
                unsubscribed = client;
                write("unsubscribed", client.clientId, QByteArrayList(filters.begin(), filters.end()).join(' '));
            });
        QObject::connect(&broker, &Broker::connackSent, this,
            [this](const ClientInfo &client, const ConnackPacket &connack) {
                write("connackSent", client.clientId,
                    hexOf(connack.reason) + (connack.sessionPresent ? " present" : ""));
            });
        QObject::connect(
            &broker, &Broker::pinged, this, [this](const ClientInfo &client) { write("pinged", client.clientId); });
        QObject::connect(&broker, &Broker::deliveryDropped, this, [this](const DroppedEvent &event) {
            dropped = event;
            write("dropped", event.clientId, event.message->topic().toByteArray());
        });
        QObject::connect(&broker, &Broker::sessionExpired, this,
            [this](const QByteArray &clientId) { write("sessionExpired", clientId); });
        QObject::connect(&broker, &Broker::closed, this, [this] { write("closed", {}); });
    }
    QByteArray text() const { return m_lines.join(", "); }
    /// How many events of a kind.
    qsizetype count(const QByteArray &kind) const
    {
        return std::count_if(
            m_lines.begin(), m_lines.end(), [&](const QByteArray &line) { return line.startsWith(kind + ' '); });
    }
    void clear() { m_lines.clear(); }

    ClientInfo registered;
    ClientInfo disconnected;
    ClientInfo refused;
    ClientInfo unsubscribed;
    EventError error;
    PublishedEvent published;
    std::vector<PublishedEvent> system;
    AcknowledgedEvent acknowledged;
    DroppedEvent dropped;

private:
    void write(const QByteArray &kind, const QByteArray &clientId, const QByteArray &more = {})
    {
        m_lines.append(kind + ' ' + (clientId.isEmpty() ? QByteArray("-") : clientId)
            + (more.isEmpty() ? QByteArray() : ' ' + more));
    }

    QByteArrayList m_lines;
};

} // namespace pigeon::test

/// Exactly that happened since the last look, and nothing follows it in the next turns of the event loop.
#define COMPARE_TOLD(log, expected) \
    QTRY_COMPARE((log).text(), QByteArray(expected)); \
    for (int turn = 0; turn < 5; ++turn) \
        QCoreApplication::processEvents(); \
    QCOMPARE((log).text(), QByteArray(expected)); \
    (log).clear()
