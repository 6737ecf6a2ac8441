#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>

namespace pigeon {

/// A small MQTT 3.1.1 client of the simulated devices: it connects over loopback, publishes and subscribes as a device
/// would. It knows just enough of the protocol for that. GUI thread.
class DemoClient final : public QObject
{
    Q_OBJECT

public:
    struct Terms
    {
        QByteArray clientId;
        quint16 keepAliveSeconds = 30;
        bool cleanSession = true;
        QByteArray willTopic; ///< empty: none
        QByteArray willPayload;
        QByteArray user = {}; ///< empty: none, and no password
        QByteArray password = {};
    };
    /// Why the broker was not to be had: it was not reached, it wants another user or password, it has another reason.
    enum class Refusal { Unreachable, Login, Other };

    explicit DemoClient(Terms terms, QObject *parent = nullptr);
    ~DemoClient() override;

    void connectTo(const QHostAddress &address, quint16 port);
    void publish(const QByteArray &topic, const QByteArray &payload, int qos = 0, bool retain = false);
    void subscribe(const QByteArray &filter, int qos);
    /// Says goodbye; the broker has taken all that was sent when it has closed the connection.
    void disconnectFromBroker();
    /// True: it has, within that time.
    bool waitUntilGone(std::chrono::milliseconds most);
    /// Goes without a word, as when the power fails.
    void vanish();
    /// Waits so long before it acknowledges anything: a slow device.
    void setSlowness(std::chrono::milliseconds delay) { m_slowness = delay; }
    bool isConnected() const { return m_isConnected; }

Q_SIGNALS:
    void connected();
    void lost();
    void refused(pigeon::DemoClient::Refusal refusal);
    /// The broker keeps something of its for this topic, or will when it is lost.
    void retains(const QByteArray &topic);

private:
    void greet();
    void read();
    void take(quint8 head, const QByteArray &body);
    void takePublish(quint8 head, const QByteArray &body);
    void send(quint8 head, const QByteArray &body);
    void acknowledge(quint8 head, const QByteArray &id);

    const Terms m_terms;
    QTimer m_pings;
    QTcpSocket m_socket;
    QByteArray m_received;
    quint16 m_nextId = 1;
    std::chrono::milliseconds m_slowness{0};
    bool m_isConnected = false;
};

} // namespace pigeon
