// A broker in ten lines. It lives in the event loop of the thread that makes it and lets every client in.
//
//     embed [port]      0: any free one, which is printed; 1883 when there is none

#include <pigeon/broker.h>

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    pigeon::Broker broker;
    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}
