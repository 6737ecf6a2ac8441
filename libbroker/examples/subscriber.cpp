// A program that is broker and listener at once: it keeps the last temperature of every room and tells those who ask.
//
//     subscriber [port]
//
// What clients publish to home/<room>/temperature it hears inside the process, without a connection of its own; who
// publishes a room's name to ask/temperature is answered on answer/temperature/<room>.

#include <pigeon/broker.h>

#include <QCoreApplication>
#include <QHash>

using namespace pigeon;

/// The last temperature of each room. In the broker's thread; what it listens to ends with it.
class Thermometer : public QObject
{
public:
    explicit Thermometer(Broker &broker)
        : m_broker(broker)
    {
        broker.subscribe("home/+/temperature", this, &Thermometer::note); // retained ones come first
        broker.subscribe("ask/temperature", this, &Thermometer::answer, RetainHandling::DoNotSend);
    }

private:
    void note(const MessagePtr &message)
    {
        const QByteArray room = message->topic().toByteArray().split('/').at(1);
        m_temperatures.insert(room, message->payload().toByteArray());
    }
    void answer(const MessagePtr &question)
    {
        const QByteArray room = question->payload().toByteArray();
        PublishPacket packet;
        packet.topic = "answer/temperature/" + room;
        packet.payload = m_temperatures.value(room, "unknown");
        m_broker.publish(packet); // goes out when the broker is through with the question; refused if that is no topic
    }

    Broker &m_broker;
    QHash<QByteArray, QByteArray> m_temperatures;
};

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    Broker broker;
    const Thermometer thermometer(broker);
    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}
