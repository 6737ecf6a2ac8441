// bench-doors: what TLS, WebSocket and local sockets cost pigeond beside plain TCP: CPU time of a message with one and with
// fifty under way, CPU time of a connection, memory of one that is idle. Its own load runs on Qt and is not measured.
//
//   bench-doors PIGEOND [MILLISECONDS]

#include "protocol/encoder.h"
#include "support/doorclient.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLocalSocket>
#include <QProcess>
#include <QRegularExpression>
#include <QSslConfiguration>
#include <QTemporaryDir>

#include <cstdio>
#include <stdexcept>
#include <unistd.h>

namespace {

using namespace pigeon;
using namespace pigeon::test;

struct Kind
{
    const char *name;
    ListenerKind kind;
    QString port = {};
};

void check(bool isGood, const char *what)
{
    if (!isGood)
        throw std::runtime_error(what);
}

/// pigeond with a listener of each kind, and what it has used so far.
class MeasuredBroker
{
public:
    MeasuredBroker(const QString &program, std::vector<Kind> &kinds);
    ~MeasuredBroker()
    {
        m_process.terminate();
        m_process.waitForFinished();
    }
    double cpuMicroseconds() const
    {
        const QList<QByteArray> fields = read("stat").split(' ');
        return (fields[13].toDouble() + fields[14].toDouble()) * 1e6 / double(::sysconf(_SC_CLK_TCK));
    }
    double residentBytes() const { return read("statm").split(' ')[1].toDouble() * double(::sysconf(_SC_PAGESIZE)); }
    std::unique_ptr<QIODevice> dial(const Kind &kind) const;

private:
    QByteArray read(const char *name) const
    {
        QFile file(QStringLiteral("/proc/%1/%2").arg(m_process.processId()).arg(QLatin1String(name)));
        check(file.open(QIODevice::ReadOnly), "the broker is gone");
        return file.readAll();
    }

    QTemporaryDir m_folder;
    QProcess m_process;
};

MeasuredBroker::MeasuredBroker(const QString &program, std::vector<Kind> &kinds)
{
    const QString folder = m_folder.path();
    QProcess openssl;
    openssl.setWorkingDirectory(folder);
    openssl.start(QStringLiteral("openssl"),
        QStringLiteral("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert -days 2 "
                       "-subj /CN=localhost").split(u' '));
    check(openssl.waitForFinished() && openssl.exitCode() == 0, "openssl makes no certificate");
    QFile file(folder + QStringLiteral("/conf"));
    check(file.open(QIODevice::WriteOnly), "no file");
    const QByteArray tls = "certfile " + folder.toUtf8() + "/cert\nkeyfile " + folder.toUtf8() + "/key\n";
    file.write("allow_anonymous true\nlistener 0 127.0.0.1\nlistener 0 127.0.0.1\n" + tls
        + "listener 0 127.0.0.1\nprotocol websockets\nlistener 0 127.0.0.1\nprotocol websockets\n" + tls + "listener 0 "
        + folder.toUtf8() + "/socket\n");
    file.close();
    m_process.setReadChannel(QProcess::StandardError); // for waitForReadyRead
    m_process.start(program, {QStringLiteral("-c"), file.fileName()});
    QByteArray said;
    while (!said.contains("is ready on") && m_process.waitForReadyRead(10'000))
        said += m_process.readAllStandardError();
    check(said.contains("is ready on"), "pigeond does not start");
    auto ports = QRegularExpression(QStringLiteral("port (\\d+)")).globalMatch(QString::fromUtf8(said));
    for (Kind &kind : kinds)
        kind.port = kind.kind == ListenerKind::LocalSocket ? folder + QStringLiteral("/socket") : ports.next().captured(1);
}

std::unique_ptr<QIODevice> MeasuredBroker::dial(const Kind &kind) const
{
    if (kind.kind == ListenerKind::LocalSocket) {
        auto socket = std::make_unique<QLocalSocket>();
        socket->connectToServer(kind.port);
        check(socket->waitForConnected(), "no connection");
        return socket;
    }
    auto socket = std::make_unique<QSslSocket>();
    QSslConfiguration configuration;
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket->setSslConfiguration(configuration);
    const auto port = kind.port.toUShort();
    if (isTls(kind.kind))
        socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    else
        socket->connectToHost(QStringLiteral("127.0.0.1"), port);
    check(isTls(kind.kind) ? socket->waitForEncrypted() : socket->waitForConnected(), "no connection");
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    return socket;
}

std::unique_ptr<DoorClient> enter(const MeasuredBroker &broker, const Kind &kind, const QByteArray &name)
{
    auto client = std::make_unique<DoorClient>(broker.dial(kind), isWebSocket(kind.kind));
    client->connect(name);
    check(client->waitFor<ConnackPacket>().has_value(), "no CONNACK");
    return client;
}

void subscribe(DoorClient &client, const QByteArray &topic)
{
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries.resize(1);
    packet.entries[0].filter = topic;
    client.send(packet);
    check(client.waitFor<SubackPacket>().has_value(), "no SUBACK");
}

/// One publisher and one subscriber with `window` messages of 16 bytes under way, QoS 0.
class Pair
{
public:
    Pair(const MeasuredBroker &broker, const Kind &kind, int number, int window)
        : m_window(window)
    {
        const QByteArray topic = "pair/" + QByteArray::number(number);
        m_subscriber = enter(broker, kind, "s" + QByteArray::number(number));
        subscribe(*m_subscriber, topic);
        m_publisher = enter(broker, kind, "p" + QByteArray::number(number));
        PublishPacket packet;
        packet.topic = topic;
        packet.payload = QByteArray(16, 'x');
        QByteArray bytes = encodePacket(packet, ProtocolVersion::Mqtt5);
        if (isWebSocket(kind.kind))
            bytes = websocket::frame(bytes);
        m_batch = bytes.repeated(window);
        send();
    }
    void poll()
    {
        while (m_subscriber->take<PublishPacket>()) {
            ++m_received;
            if (++m_arrived == m_window)
                send();
        }
    }
    qint64 received() const { return m_received; }

private:
    void send()
    {
        m_arrived = 0;
        m_publisher->sendRaw(m_batch);
    }

    const int m_window;
    std::unique_ptr<DoorClient> m_subscriber;
    std::unique_ptr<DoorClient> m_publisher;
    QByteArray m_batch;
    int m_arrived = 0;
    qint64 m_received = 0;
};

double messageMicroseconds(const MeasuredBroker &broker, const Kind &kind, int window, int milliseconds)
{
    constexpr int pairs = 10;
    std::vector<std::unique_ptr<Pair>> all;
    for (int i = 0; i < pairs; ++i)
        all.push_back(std::make_unique<Pair>(broker, kind, i, window));
    const auto received = [&all] {
        qint64 sum = 0;
        for (const auto &each : all)
            sum += each->received();
        return sum;
    };
    const auto runFor = [&all](int time) {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < time) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 10);
            for (const auto &each : all)
                each->poll();
        }
    };
    runFor(300);
    const double cpu = broker.cpuMicroseconds();
    const qint64 before = received();
    runFor(milliseconds);
    return (broker.cpuMicroseconds() - cpu) / double(received() - before);
}

double connectionMicroseconds(const MeasuredBroker &broker, const Kind &kind, int count)
{
    const double cpu = broker.cpuMicroseconds();
    for (int i = 0; i < count; ++i) {
        const auto client = enter(broker, kind, "c" + QByteArray::number(i));
        client->send(DisconnectPacket());
        check(client->device().waitForBytesWritten(1'000) || client->device().bytesToWrite() == 0, "not sent");
    }
    return (broker.cpuMicroseconds() - cpu) / count;
}

double connectionBytes(const MeasuredBroker &broker, const Kind &kind, int count)
{
    std::vector<std::unique_ptr<DoorClient>> clients;
    const auto add = [&](int number) {
        clients.push_back(enter(broker, kind, "i" + QByteArray::number(number)));
        subscribe(*clients.back(), "idle/" + QByteArray::number(number));
    };
    for (int i = 0; i < 50; ++i) // what is made once
        add(i);
    const double before = broker.residentBytes();
    for (int i = 50; i < 50 + count; ++i)
        add(i);
    return (broker.residentBytes() - before) / count;
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "Usage: bench-doors PIGEOND [MILLISECONDS]\n");
        return 2;
    }
    const QString program = QString::fromLocal8Bit(argv[1]);
    const int milliseconds = argc == 3 ? std::max(1, QByteArray(argv[2]).toInt()) : 3'000;
    const int connections = milliseconds < 1'000 ? 50 : 500;
    std::vector<Kind> kinds{{"tcp", ListenerKind::Tcp}, {"tls", ListenerKind::Tls}, {"ws", ListenerKind::WebSocket},
        {"wss", ListenerKind::WebSocketTls}, {"unix", ListenerKind::LocalSocket}};
    std::printf("| listener | us a message, 50 under way | 1 under way | us a connection | bytes of an idle one |\n"
                "|---|---|---|---|---|\n");
    try {
        for (size_t i = 0; i < kinds.size(); ++i) {
            // A broker for each: what one kind has left in the allocator is not the next one's. Memory first, likewise.
            MeasuredBroker broker(program, kinds);
            const double bytes = connectionBytes(broker, kinds[i], connections);
            const double many = messageMicroseconds(broker, kinds[i], 50, milliseconds);
            const double one = messageMicroseconds(broker, kinds[i], 1, milliseconds);
            std::printf("| %s | %.2f | %.1f | %.0f | %.0f |\n", kinds[i].name, many, one,
                connectionMicroseconds(broker, kinds[i], connections), bytes);
            std::fflush(stdout);
        }
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "bench-doors: %s\n", exception.what());
        return 1;
    }
    return 0;
}
