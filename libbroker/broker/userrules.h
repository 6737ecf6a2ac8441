#pragma once

#include "base/link.h"
#include "broker/answerdesk.h"
#include "security/connectionguard.h"
#include "security/loginguard.h"
#include "security/passwordchecks.h"
#include "security/rights.h"

#include <pigeon/options.h>

#include <functional>

namespace pigeon {

/// The options' bounds on connections, as the guard has them.
ConnectionBounds connectionBounds(const BrokerOptions &options);

/// Who may come in and what they may do, as far as the operator's files say: puts together the rights, the guard against
/// guessing and the threads that check passwords. Broker thread.
class UserRules
{
public:
    /// Both outlive it.
    UserRules(const BrokerOptions &options, const Clock &clock);

    /// Reads the files, at first and again. What is wrong with them, sentences; then the rights are those of before.
    QString load();
    /// Takes over what was read by somebody else, and the options' bounds on logins; returns what was in force.
    Rights replaceRights(Rights rights);
    /// `user` has the same password as in `before`.
    bool isUnchanged(const QByteArray &user, const PasswordFile &before) const;
    /// Who is at the other end; `decided` is called once, now or later. `isAskedLater`: the program has its own say
    /// about names where no file has.
    void authenticate(const ConnectPacket &connect, const PeerFacts &peer, bool isAskedLater, AnswerDesk &desk,
        std::function<void(AuthenticateDecision)> decided);
    /// Users of the file who authenticate with SCRAM-SHA-256, and what it needs.
    bool hasScram() const { return m_rights.users && m_rights.users->hasScram(); }
    std::optional<ScramVerifier> scramOf(const QByteArray &user) const;
    int scramIterationsOfStranger(const QByteArray &user) const;
    /// Whether an address may try to log in, and how that went, where it is not a password that is checked.
    ReasonCode mayTry(const QByteArray &address) const;
    void tried(const QByteArray &address, bool isRight);
    /// Null: everybody may do everything.
    const AccessList *access() const { return m_rights.access.get(); }
    LoginGuard &guard() { return m_guard; }

private:
    AuthenticateDecision withoutCheck(
        const ConnectPacket &connect, const PeerFacts &peer, bool isAskedLater) const;
    std::optional<AuthenticateDecision> whyNot(const QByteArray &address) const;
    void checkPassword(const ConnectPacket &connect, const QByteArray &address, AnswerDesk &desk,
        std::function<void(AuthenticateDecision)> decided);
    void countFailure(const QByteArray &address);
    AuthenticateDecision checked(const AuthenticateDecision &decision, const QByteArray &address);

    const BrokerOptions &m_options;
    const Clock &m_clock;
    Rights m_rights;
    LoginGuard m_guard;
    PasswordChecks m_checks;
};

} // namespace pigeon
