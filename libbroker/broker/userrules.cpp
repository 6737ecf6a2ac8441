#include "broker/userrules.h"

#include "base/logging.h"

namespace pigeon {

namespace {

AuthenticateDecision refusal(ReasonCode reason, const char *text)
{
    AuthenticateDecision decision = AuthenticateDecision::refuse(reason);
    decision.text = text;
    return decision;
}

LoginLimits limitsOf(const BrokerOptions &options)
{
    return {options.freeLoginFailures, options.maximumLoginFailures, options.loginBanTime};
}

} // namespace

ConnectionBounds connectionBounds(const BrokerOptions &options)
{
    return {options.maximumConnectionsPerAddress, options.connectionRatePerAddress, options.connectionRate};
}

UserRules::UserRules(const BrokerOptions &options, const Clock &clock)
    : m_options(options)
    , m_clock(clock)
    , m_guard(limitsOf(options))
{
}

QString UserRules::load()
{
    QString problem;
    Rights rights = loadRights(m_options.passwordFile, m_options.aclFile, problem);
    if (problem.isEmpty())
        m_rights = std::move(rights);
    return problem;
}

Rights UserRules::replaceRights(Rights rights)
{
    m_guard.setLimits(limitsOf(m_options));
    return std::exchange(m_rights, std::move(rights));
}

bool UserRules::isUnchanged(const QByteArray &user, const PasswordFile &before) const
{
    return m_rights.users && m_rights.users->isUnchanged(user, before);
}

void UserRules::authenticate(const ConnectPacket &connect, const PeerFacts &peer, bool isAskedLater,
    AnswerDesk &desk, std::function<void(AuthenticateDecision)> decided)
{
    if (!m_rights.users || !connect.userName)
        decided(withoutCheck(connect, peer, isAskedLater));
    else if (const std::optional<AuthenticateDecision> refused = whyNot(peer.address))
        decided(*refused);
    else
        checkPassword(connect, peer.address, desk, std::move(decided));
}

/// Nobody has a user whom nobody has checked: a name alone gives no rights.
AuthenticateDecision UserRules::withoutCheck(
    const ConnectPacket &connect, const PeerFacts &peer, bool isAskedLater) const
{
    const std::optional<bool> here = peer.terms ? peer.terms->allowAnonymous : std::nullopt;
    if (here.value_or(m_options.allowAnonymous) || (connect.userName && isAskedLater))
        return AuthenticateDecision::accept({});
    return refusal(ReasonCode::NotAuthorized, connect.userName ? "there are no users" : "a user name is needed");
}

std::optional<AuthenticateDecision> UserRules::whyNot(const QByteArray &address) const
{
    switch (m_guard.ask(address, m_clock.now())) {
    case LoginGuard::Verdict::IsBanned:
        return refusal(ReasonCode::Banned, "too many failed logins of this address");
    case LoginGuard::Verdict::MustWait:
        return refusal(ReasonCode::ServerBusy, "after failed logins this address has to wait");
    case LoginGuard::Verdict::MayTry:
        break;
    }
    return std::nullopt;
}

void UserRules::checkPassword(const ConnectPacket &connect, const QByteArray &address, AnswerDesk &desk,
    std::function<void(AuthenticateDecision)> decided)
{
    const auto ask = [&](const Answer<AuthenticateDecision> &answer) {
        const bool hasBegun = m_checks.begin(m_rights.users, *connect.userName, connect.password.value_or(QByteArray()),
            [answer, user = *connect.userName](bool isRight) {
                answer(isRight ? AuthenticateDecision::accept(user)
                               : refusal(ReasonCode::BadUserNameOrPassword, "user name or password is wrong"));
            });
        if (!hasBegun)
            answer(refusal(ReasonCode::ServerBusy, "too many passwords wait to be checked"));
    };
    desk.ask<AuthenticateDecision>(
        "password check", ask,
        [this, address, users = m_rights.users, decided = std::move(decided)](const AuthenticateDecision &decision) {
            const bool isOutdated = decision.isAccepted && m_rights.users != users
                && !isUnchanged(decision.userName, *users); // a reload came meanwhile
            decided(isOutdated ? refusal(ReasonCode::NotAuthorized, "the user has changed meanwhile")
                               : checked(decision, address));
        });
}

AuthenticateDecision UserRules::checked(const AuthenticateDecision &decision, const QByteArray &address)
{
    if (decision.reason == ReasonCode::BadUserNameOrPassword)
        countFailure(address);
    if (!decision.isAccepted)
        return decision;
    // Who has tried many passwords at once gets no answer for those that were checked after the one too many.
    if (const std::optional<AuthenticateDecision> refused = whyNot(address))
        return *refused;
    m_guard.succeeded(address);
    return decision;
}

void UserRules::countFailure(const QByteArray &address)
{
    if (m_guard.failed(address, m_clock.now()))
        qCWarning(logSecurity, "Address %s is kept out for %lld s: too many failed logins", address.constData(),
            static_cast<long long>(m_options.loginBanTime / Milliseconds(1'000)));
}

// --- SCRAM ---------------------------------------------------------------------------------------------------

std::optional<ScramVerifier> UserRules::scramOf(const QByteArray &user) const
{
    return m_rights.users ? m_rights.users->scramOf(user) : std::nullopt;
}

int UserRules::scramIterationsOfStranger(const QByteArray &user) const
{
    return hasScram() ? m_rights.users->scramIterationsOfStranger(user) : ScramVerifier().iterations;
}

ReasonCode UserRules::mayTry(const QByteArray &address) const
{
    const std::optional<AuthenticateDecision> refused = whyNot(address);
    return refused ? refused->reason : ReasonCode::Success;
}

void UserRules::tried(const QByteArray &address, bool isRight)
{
    if (isRight)
        m_guard.succeeded(address);
    else
        countFailure(address);
}

} // namespace pigeon
