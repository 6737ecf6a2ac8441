#pragma once

#include <pigeon/authentication.h>

namespace pigeon {

/// The server's side of SCRAM (RFC 5802, RFC 7677) without channel binding. It knows the texts of the
/// exchange and a source of verifiers, nothing of packets and sessions. Broker thread; outlives its
/// exchanges.
class ScramMethod final : public AuthenticationMethod
{
public:
    using NonceSource = std::function<QByteArray()>;

    /// `nonceSource` gives the server's part of a nonce: printable ASCII without a comma, new each time.
    ScramMethod(ScramHash hash, ScramVerifierSource source, NonceSource nonceSource = randomNonce);

    /// The count of iterations that a user who is not known is said to have; without it 4096. So that those who are known
    /// cannot be told by theirs.
    void setMockIterations(std::function<int(const QByteArray &userName)> iterations) { m_mockIterations = std::move(iterations); }

    QByteArray name() const override;
    std::unique_ptr<AuthenticationExchange> begin() override;

    ScramHash hash() const { return m_hash; }
    QByteArray newNonce() const { return m_nonceSource(); }
    /// What is known of `userName`, if it can be used.
    std::optional<ScramVerifier> verifierOf(const QByteArray &userName) const;
    /// A verifier that no password fits. Salt and count of one name are the same at each attempt, so that the
    /// answer does not tell that the name is unknown.
    ScramVerifier mockVerifierOf(const QByteArray &userName) const;

    static QByteArray randomNonce();

private:
    const ScramHash m_hash;
    const ScramVerifierSource m_source;
    const NonceSource m_nonceSource;
    std::function<int(const QByteArray &)> m_mockIterations;
    const QByteArray m_mockSecret; ///< random, of this process
};

} // namespace pigeon
