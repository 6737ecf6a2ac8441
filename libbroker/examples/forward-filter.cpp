// Decides per receiver what he is sent. Clients whose id begins with "guest" are not shown what lies below private/,
// wherever they subscribe, and read temperatures rounded to whole degrees; all others get every message as it is.
//
//     forward-filter [port]

#include <pigeon/broker.h>

#include <QCoreApplication>

#include <cmath>

namespace {

using pigeon::ForwardDecision;
using pigeon::PublishPacket;

ForwardDecision rounded(PublishPacket publish)
{
    bool isNumber = false;
    const double degrees = publish.payload.toDouble(&isNumber);
    if (!isNumber || !std::isfinite(degrees))
        return ForwardDecision::drop(); // what is not understood may be too exact, too
    publish.payload = QByteArray::number(std::round(degrees), 'f', 0);
    return ForwardDecision::replace(std::move(publish));
}

/// Called for each message and each receiver, in the middle of delivery: it looks and answers, and waits for nothing.
ForwardDecision forward(const QByteArray &clientId, const PublishPacket &publish)
{
    if (!clientId.startsWith("guest"))
        return ForwardDecision::keep();
    if (publish.topic.startsWith("private/"))
        return ForwardDecision::drop();
    if (publish.topic.endsWith("/temperature"))
        return rounded(publish);
    return ForwardDecision::keep();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    pigeon::Broker broker;
    broker.setAuthorizeForwardHandler(forward);
    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}
