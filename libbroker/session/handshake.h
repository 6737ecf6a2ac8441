#pragma once

#include "session/negotiated.h"
#include "session/policy.h"
#include "session/subscribequestions.h"

#include <pigeon/authentication.h>
#include <pigeon/packets.h>
#include <pigeon/store.h>

#include <memory>
#include <vector>

namespace pigeon {

class Connection;
class Session;
class StoreBatch;
struct Services;

/// From CONNECT to CONNACK, and re-authentication later: checks what a CONNECT asks for, has it decided who the
/// client is, settles what both sides may do, and finds or makes its session. Part of a connection. Broker thread.
class Handshake
{
public:
    Handshake(Connection &connection, Services &services);
    ~Handshake();

    void connect(ConnectPacket packet);
    void authenticate(const AuthPacket &packet);
    /// The client id that the CONNECT names, while it is being decided.
    /// The client with the user that its CONNECT names, whoever it is found to be.
    ClientInfo claimed() const;
    QByteArray clientId() const { return m_connect ? m_connect->clientId : QByteArray(); }

private:
    void askBeforeConnect();
    void preConnected(PreConnectDecision decision);
    void begin();
    bool isAcceptable();
    void decide();
    void beginExchange(QByteArrayView method);
    void advance(const AuthenticationExchange::Step &step);
    void decided(const ConnectDecision &decision);
    void reauthenticated(const AuthenticationExchange::Step &step);

    bool sendAuth(ReasonCode reason, const QByteArray &method, const QByteArray &data);
    quint32 grantedExpiry() const;
    Negotiated negotiate() const;
    ConnackPacket makeConnack(const Negotiated &agreed, bool sessionPresent) const;

    void accept();
    QByteArray provenUser(const QByteArray &otherwise) const;
    bool takeUserNameAsClientId();
    bool isBarred(const QByteArray &userName);
    void askAboutResumed(const Session &session);
    void takeOver();
    /// What the client id had before this connection.
    enum class Before { Nothing, EndedStored, Resumed };
    void enter(Session &session, Before before);
    void dropLostRights(Session &session, StoreBatch &batch);
    void applyAnswers(Session &session, StoreBatch &batch);
    void dropSubscription(Session &session, const QByteArray &filter, StoreBatch &batch);
    void rememberWill(Session &session, StoreBatch &batch);
    void welcomeWhenDurable(Session &session, ConnackPacket connack, Ticket ticket);

    Connection &m_connection;
    Services &m_services;
    std::unique_ptr<ConnectPacket> m_connect; // while it is being decided
    std::unique_ptr<AuthenticationExchange> m_exchange;
    QByteArray m_userName; // who the client has proven to be
    QByteArray m_authenticationData; // goes with the CONNACK
    bool m_isIdAssigned = false;
    /// What a handler has said about the subscriptions of the session that is resumed.
    struct ResumedFilter
    {
        QByteArray filter; // as it was subscribed to
        AskedEntry asked;
    };
    std::vector<ResumedFilter> m_resumed;
};

} // namespace pigeon
