// Somebody else's program: it embeds a broker, and lets one client in.
#include <pigeon/broker.h>

#include <QCoreApplication>
#include <QTcpSocket>
#include <QTimer>

namespace {

const QByteArray connectPacket("\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02me", 16);
const QByteArray connack("\x20\x02\x00\x00", 4);

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    pigeon::Broker broker;
    bool isSignalled = false;
    QObject::connect(&broker, &pigeon::Broker::clientRegistered,
        [&](const pigeon::ClientInfo &client) { isSignalled = client.clientId == "me"; });
    if (!broker.listen(QHostAddress::LocalHost, 0)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }

    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, broker.port());
    socket.write(connectPacket);
    QObject::connect(&socket, &QTcpSocket::readyRead, [&] {
        if (socket.bytesAvailable() >= connack.size())
            QCoreApplication::exit(socket.readAll() == connack && isSignalled ? 0 : 1);
    });
    QTimer::singleShot(20'000, [] { QCoreApplication::exit(2); }); // nothing came
    return application.exec();
}
