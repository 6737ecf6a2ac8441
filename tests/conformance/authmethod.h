#pragma once

#include "session/policy.h"

namespace pigeon::test {

/// Says "challenge" to whatever it is told at first, and lets in who answers "right".
class ChallengeExchange final : public AuthenticationExchange
{
public:
    Step next(const std::optional<QByteArray> &data) override
    {
        Step step;
        if (!m_isChallenged) {
            m_isChallenged = true;
            step.kind = Step::Kind::Continue;
            step.data = "challenge";
        } else if (data == "right") {
            step.kind = Step::Kind::Success;
            step.userName = "joe";
        }
        return step;
    }

private:
    bool m_isChallenged = false;
};

/// The method "CHALLENGE".
class ChallengePolicy final : public Policy, private AuthenticationMethod
{
public:
    AuthenticationMethod *method(QByteArrayView wanted) override { return wanted == name() ? this : nullptr; }

private:
    QByteArray name() const override { return "CHALLENGE"; }
    std::unique_ptr<AuthenticationExchange> begin() override { return std::make_unique<ChallengeExchange>(); }
};

inline ConnectPacket challengeConnect(const QByteArray &clientId)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.properties.authenticationMethod = "CHALLENGE";
    return connect;
}

inline AuthPacket challengeAuth(ReasonCode reason, const std::optional<QByteArray> &data = std::nullopt)
{
    AuthPacket auth;
    auth.reason = reason;
    auth.properties.authenticationMethod = "CHALLENGE";
    auth.properties.authenticationData = data;
    return auth;
}

} // namespace pigeon::test
