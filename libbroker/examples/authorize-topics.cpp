// Every user has a place of his own, users/<name>/: he publishes and subscribes there and nowhere else. Nobody comes in
// without a name.
//
//     authorize-topics [port]
//
// The users are joe with the password secret, and ann with hidden.

#include <pigeon/broker.h>

#include <QCoreApplication>
#include <QHash>

namespace {

/// The place of a client's user. The name is one level of a topic, or "joe/#" would be a user who sees too much; here
/// the table of users sees to that.
QByteArray placeOf(const pigeon::ClientInfo &client)
{
    return "users/" + client.userName + '/';
}

/// The filter that decides what a subscription hears: the last part of `$share/<group>/<filter>`. A check that forgets
/// about shared subscriptions lets everybody hear everything, or nobody share.
QByteArray withoutGroup(const QByteArray &filter)
{
    static const QByteArray share = "$share/";
    return filter.startsWith(share) ? filter.mid(filter.indexOf('/', share.size()) + 1) : filter;
}

/// A filter that begins with the whole prefix hears nothing else; users/+/letters does not begin with users/joe/.
bool mayHear(const pigeon::ClientInfo &client, const QByteArray &filter)
{
    return withoutGroup(filter).startsWith(placeOf(client));
}

} // namespace

int main(int argc, char *argv[])
{
    using namespace pigeon;
    QCoreApplication application(argc, argv);
    const QHash<QByteArray, QByteArray> passwords{{"joe", "secret"}, {"ann", "hidden"}};

    Broker broker;
    broker.setAuthenticateHandler([&](const ClientInfo &, std::optional<QByteArray> user,
                                      std::optional<QByteArray> password, auto answer) {
        const bool isKnown = user && password && passwords.contains(*user) && passwords[*user] == *password;
        answer(isKnown ? AuthenticateDecision::accept(*user)
                       : AuthenticateDecision::refuse(ReasonCode::BadUserNameOrPassword));
    });
    // Wills come by here, too, when they are published.
    broker.setAuthorizePublishHandler([](const ClientInfo &client, PublishPacket publish, auto answer) {
        const bool isAllowed = publish.topic.startsWith(placeOf(client));
        answer(isAllowed ? PublishDecision::accept(std::move(publish)) : PublishDecision::refuse());
    });
    // Asked for each filter of a SUBSCRIBE: one that is refused leaves the others as they are.
    broker.setAuthorizeSubscribeHandler([](const ClientInfo &client, SubscribeEntry entry, auto answer) {
        const bool isAllowed = mayHear(client, entry.filter);
        answer(isAllowed ? SubscribeDecision::accept(std::move(entry)) : SubscribeDecision::refuse());
    });

    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}
