#pragma once

#include <pigeon/packets.h>

#include <QByteArray>

#include <functional>
#include <memory>
#include <optional>

/// Enhanced authentication of MQTT 5.0 (4.12): the interface that a method implements, and SCRAM built in.
namespace pigeon {

/// One run of a method for one client: at CONNECT, or again at re-authentication. Broker thread.
class AuthenticationExchange
{
public:
    struct Step
    {
        enum class Kind {
            Continue, ///< send AUTH 0x18 with `data` and wait for the client's answer
            Success, ///< the client is `userName`; `data` goes with the CONNACK (or AUTH 0x00)
            Failure, ///< refuse with `reason`
        };
        Kind kind = Kind::Failure;
        QByteArray data; ///< authentication data for the client; null = none
        QByteArray userName; ///< Success: UTF-8, who the client has proven to be
        ReasonCode reason = ReasonCode::NotAuthorized; ///< Failure
        QByteArray reasonText; ///< Failure: for the log; the client is told nothing that helps guessing
    };

    virtual ~AuthenticationExchange() = default;
    /// The client's next authentication data, nothing when it sent none (CONNECT without 0x16).
    virtual Step next(const std::optional<QByteArray> &data) = 0;
};

/// A method that clients may name in property 0x15. Broker thread; lives as long as the broker that has it.
class AuthenticationMethod
{
public:
    virtual ~AuthenticationMethod() = default;
    /// The name on the wire, for example "SCRAM-SHA-256".
    virtual QByteArray name() const = 0;
    virtual std::unique_ptr<AuthenticationExchange> begin() = 0;
};

/// The hash of a SCRAM method (RFC 5802, RFC 7677).
enum class ScramHash { Sha256, Sha512 };

/// What a server keeps of a password (RFC 5802, 3): it cannot be turned back into the password.
struct ScramVerifier
{
    QByteArray salt; ///< at least 8 bytes
    int iterations = 4096; ///< 4 096..1 000 000
    QByteArray storedKey; ///< H(ClientKey), 32 or 64 bytes
    QByteArray serverKey; ///< 32 or 64 bytes

    /// Derives the verifier of `password` (UTF-8). Takes milliseconds: not for the broker thread.
    /// `salt` null: 16 random bytes.
    static ScramVerifier fromPassword(ScramHash hash, const QByteArray &password, int iterations = 4096,
        QByteArray salt = QByteArray());
};

/// Looks a user name (UTF-8, as SCRAM's saslname decodes) up; nothing for an unknown one. Broker thread: must
/// not block.
using ScramVerifierSource = std::function<std::optional<ScramVerifier>(const QByteArray &userName)>;

/// SCRAM-SHA-256 or SCRAM-SHA-512 without channel binding. An unknown user costs the same exchange as a wrong
/// password and is refused at the same step.
std::unique_ptr<AuthenticationMethod> makeScramMethod(ScramHash hash, ScramVerifierSource source);

} // namespace pigeon
