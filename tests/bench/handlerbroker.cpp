// A broker as a program embeds it, for measuring what handlers and signals cost:
//
//     bench-handlers PORT [authorize-publish] [authorize-forward] [published] [signal] [listener]
//
// Each of them answers at once and changes nothing.

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>

#include <QCoreApplication>

#include <csignal>

using namespace pigeon;

namespace {

quint64 heard = 0;

void setUp(Broker &broker, const QString &what)
{
    if (what == QLatin1String("authorize-publish"))
        broker.setAuthorizePublishHandler([](const ClientInfo &, PublishPacket packet, const auto &answer) {
            answer(PublishDecision::accept(std::move(packet)));
        });
    else if (what == QLatin1String("authorize-forward"))
        broker.setAuthorizeForwardHandler(
            [](const QByteArray &, const PublishPacket &) { return ForwardDecision::keep(); });
    else if (what == QLatin1String("published"))
        broker.setPublishedHandler(
            [](const PublishedEvent &, const auto &answer) { answer(PublishedDecision::done()); });
    else if (what == QLatin1String("signal"))
        QObject::connect(&broker, &Broker::published, &broker, [](const PublishedEvent &) { ++heard; });
    else if (what == QLatin1String("listener"))
        broker.subscribe("#", &broker, [](const MessagePtr &) { ++heard; });
    else
        qFatal("bench-handlers: %s is not known", qPrintable(what));
}

} // namespace

int main(int argc, char *argv[])
{
    installFastEventLoop();
    QCoreApplication application(argc, argv);
    std::signal(SIGTERM, SIG_DFL);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2)
        qFatal("bench-handlers: which port?");
    Broker broker;
    for (const QString &what : arguments.mid(2))
        setUp(broker, what);
    if (!broker.listen(QHostAddress::LocalHost, arguments[1].toUShort()))
        qFatal("%s", qPrintable(broker.errorString()));
    return application.exec();
}
