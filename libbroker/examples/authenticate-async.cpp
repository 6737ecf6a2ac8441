// Asks a slow source who a client is: a directory server, a database, a hash that is meant to take its time. The
// question is put in a thread of a pool, where it may block, and answered from there. Only the client that it is about
// waits; who is connected is served, and others come in meanwhile.
//
//     authenticate-async [port [milliseconds]]      how long the source takes; 500 when nothing is said
//
// joe comes in with the password secret, ann with hidden; clients without a user name are guests, and nobody is asked.

#include <pigeon/broker.h>

#include <QCoreApplication>
#include <QHash>
#include <QThread>
#include <QThreadPool>

namespace {

/// Stands for whatever knows the users. Any thread; blocks.
class Directory
{
public:
    explicit Directory(unsigned long milliseconds)
        : m_milliseconds(milliseconds)
    {
    }
    bool hasUser(const QByteArray &name, const QByteArray &password) const
    {
        QThread::msleep(m_milliseconds);
        const auto user = m_passwords.constFind(name);
        return user != m_passwords.constEnd() && *user == password; // a real one keeps hashes
    }

private:
    const unsigned long m_milliseconds;
    const QHash<QByteArray, QByteArray> m_passwords{{"joe", "secret"}, {"ann", "hidden"}};
};

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const Directory directory(argc > 2 ? QByteArray(argv[2]).toULong() : 500);
    QThreadPool questions; // of its own: others may fill the global one
    questions.setMaxThreadCount(8); // they sleep; how many the source can take at once

    pigeon::BrokerOptions options;
    options.handlerTimeLimit = std::chrono::seconds(10); // who is not answered by then is refused
    pigeon::Broker broker(options);
    broker.setAuthenticateHandler([&](const pigeon::ClientInfo &, std::optional<QByteArray> user,
                                      std::optional<QByteArray> password, auto answer) {
        using Decision = pigeon::AuthenticateDecision;
        if (!user) {
            answer(Decision::accept("guest"));
            return;
        }
        // If this were dropped before it has run, or threw, the client would be refused: `answer` sees to it.
        questions.start([&directory, name = *user, secret = password.value_or(QByteArray()), answer] {
            answer(directory.hasUser(name, secret)
                    ? Decision::accept(name)
                    : Decision::refuse(pigeon::ReasonCode::BadUserNameOrPassword));
        });
    });

    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}
