// The broker that is attacked: every bound comes from the command line, `name=value`; it tells its port on stdout
// and answers each line on stdin with what it holds. It ends when stdin does.

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>

#include <QCoreApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <map>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace {

using pigeon::BrokerOptions;
using Setter = void (*)(BrokerOptions &, qulonglong);

#define PIGEON_NUMBER(name) \
    { \
        #name, [](BrokerOptions &options, qulonglong value) { \
            options.name = static_cast<decltype(options.name)>(value); \
        } \
    }
#define PIGEON_MILLISECONDS(name) \
    { \
        #name, [](BrokerOptions &options, qulonglong value) { \
            options.name = std::chrono::milliseconds(static_cast<qint64>(value)); \
        } \
    }

const std::map<std::string, Setter> setters{
    PIGEON_NUMBER(maximumPacketBytes),
    PIGEON_NUMBER(maximumTopicLevels),
    PIGEON_NUMBER(maximumConnections),
    PIGEON_MILLISECONDS(connectTimeout),
    PIGEON_NUMBER(maximumOfflineSessions),
    PIGEON_NUMBER(maximumSubscriptions),
    PIGEON_NUMBER(maximumInflight),
    PIGEON_NUMBER(maximumQueuedMessages),
    PIGEON_NUMBER(maximumQueuedBytes),
    PIGEON_NUMBER(maximumOutputBytes),
    PIGEON_MILLISECONDS(drainTimeout),
    PIGEON_NUMBER(maximumInboundInflight),
    PIGEON_NUMBER(maximumRetained),
    PIGEON_NUMBER(maximumMessageMemory),
};

void limitDescriptors(qulonglong most)
{
    const rlimit limit{most, most};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        std::perror("setrlimit");
}

bool apply(BrokerOptions &options, const std::string &argument)
{
    const size_t equals = argument.find('=');
    if (equals == std::string::npos)
        return false;
    const qulonglong value = std::stoull(argument.substr(equals + 1));
    const std::string name = argument.substr(0, equals);
    if (name == "descriptors") {
        limitDescriptors(value);
        return true;
    }
    const auto setter = setters.find(name);
    if (setter == setters.end())
        return false;
    setter->second(options, value);
    return true;
}

} // namespace

int main(int argc, char *argv[])
{
    BrokerOptions options;
    for (int i = 1; i < argc; ++i) {
        if (!apply(options, argv[i])) {
            std::fprintf(stderr, "hostile_broker does not know %s\n", argv[i]);
            return 2;
        }
    }
    pigeon::installFastEventLoop();
    QCoreApplication application(argc, argv);
    pigeon::Broker broker(options);
    if (!broker.listen(QHostAddress::LocalHost, 0)) {
        std::fprintf(stderr, "hostile_broker: %s\n", qPrintable(broker.errorString()));
        return 1;
    }
    std::printf("%u\n", unsigned(broker.port()));
    std::fflush(stdout);

    QSocketNotifier questions(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&questions, &QSocketNotifier::activated, &broker, [&] {
        char line[64];
        if (::read(STDIN_FILENO, line, sizeof line) <= 0) {
            application.quit();
            return;
        }
        std::printf("%lld %lld\n", static_cast<long long>(broker.connectedClients()),
            static_cast<long long>(broker.sessions()));
        std::fflush(stdout);
    });
    return application.exec();
}
