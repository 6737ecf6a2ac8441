#include "security/scram.h"

#include "security/saslprep.h"
#include "security/secretbytes.h"

#include <QByteArrayList>
#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QPasswordDigestor>

namespace pigeon {
namespace {

/// Bounds the work of a client that has proven nothing yet. Names, nonces and proofs of honest clients take a
/// few hundred bytes.
constexpr qsizetype maximumMessageBytes = 4096;
/// 18 bytes are 24 characters of base64 without padding and more than the 128 bits of RFC 7677's advice.
constexpr qsizetype nonceBytes = 18;
constexpr qsizetype saltBytes = 16;
constexpr qsizetype minimumSaltBytes = 8;
constexpr int defaultIterations = 4096;
constexpr int maximumIterations = 1'000'000;

using Step = AuthenticationExchange::Step;

QCryptographicHash::Algorithm algorithmOf(ScramHash hash)
{
    return hash == ScramHash::Sha256 ? QCryptographicHash::Sha256 : QCryptographicHash::Sha512;
}

qsizetype hashBytes(ScramHash hash)
{
    return QCryptographicHash::hashLength(algorithmOf(hash));
}

QByteArray hmac(ScramHash hash, const QByteArray &key, const QByteArray &text)
{
    return QMessageAuthenticationCode::hash(text, key, algorithmOf(hash));
}

QByteArray exclusiveOr(QByteArray left, const QByteArray &right)
{
    for (qsizetype i = 0; i < left.size(); ++i)
        left[i] = static_cast<char>(left[i] ^ right[i]);
    return left;
}

/// Base64 in its one canonical form, padding included.
std::optional<QByteArray> fromCanonicalBase64(const QByteArray &text)
{
    auto decoded = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (*decoded).toBase64() != text)
        return std::nullopt;
    return *decoded;
}

/// saslname of RFC 5802, 7: "," travels as "=2C", "=" as "=3D"; any other "=" is refused.
std::optional<QByteArray> decodedSaslName(const QByteArray &name)
{
    QByteArray decoded;
    decoded.reserve(name.size());
    for (qsizetype i = 0; i < name.size(); ++i) {
        if (name[i] != '=') {
            decoded.append(name[i]);
            continue;
        }
        const QByteArray escape = name.mid(i, 3);
        if (escape != "=2C" && escape != "=3D")
            return std::nullopt;
        decoded.append(escape == "=2C" ? ',' : '=');
        i += 2;
    }
    return decoded;
}

/// The name as everybody writes it down: decoded, prepared, not empty.
std::optional<QByteArray> preparedSaslName(const QByteArray &name)
{
    const auto decoded = decodedSaslName(name);
    auto prepared = decoded ? saslPrepared(*decoded) : std::nullopt;
    if (!prepared || prepared->isEmpty())
        return std::nullopt;
    return prepared;
}

bool isNonce(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char character) {
        return character > ' ' && character <= '~' && character != ',';
    });
}

/// `text` without its `attribute` "x="; nothing when it begins otherwise.
std::optional<QByteArray> valueOf(const QByteArray &text, const char *attribute)
{
    return text.startsWith(attribute) ? std::optional<QByteArray>(text.mid(2)) : std::nullopt;
}

/// An optional extension, which is ignored. Names that the RFC gives a meaning have their own place, and "m="
/// demands an extension that nobody knows.
bool isExtension(const QByteArray &attribute)
{
    if (attribute.size() < 3 || attribute[1] != '=' || attribute.contains('\0'))
        return false;
    const char name = attribute[0];
    const bool isLetter = (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
    return isLetter && !QByteArrayView("anmrcsipve").contains(name);
}

/// client-first-message, taken apart.
struct ClientFirst
{
    QByteArray gs2Header; ///< as sent; the client repeats it in c=
    QByteArray bare; ///< as sent; part of what is signed
    QByteArray userName;
    QByteArray nonce;
};

/// client-final-message, taken apart.
struct ClientFinal
{
    QByteArray channelBinding;
    QByteArray nonce;
    QByteArray proof;
    QByteArray withoutProof; ///< as sent; part of what is signed
};

/// What of the client's message cannot be accepted.
struct Refusal
{
    const char *text;
};

template <typename T> using Parsed = std::variant<T, Refusal>;

Parsed<ClientFirst> parseClientFirst(const QByteArray &message)
{
    if (message.startsWith("p="))
        return Refusal{ "channel binding is not offered" };
    if (!message.startsWith("n,") && !message.startsWith("y,"))
        return Refusal{ "the first message has no GS2 header" };
    const qsizetype headerEnd = message.indexOf(',', 2);
    if (headerEnd < 0)
        return Refusal{ "the GS2 header does not end" };

    ClientFirst first;
    first.gs2Header = message.left(headerEnd + 1);
    first.bare = message.mid(headerEnd + 1);
    const QByteArray authorization = message.mid(2, headerEnd - 2);
    const QByteArrayList attributes = first.bare.split(',');
    if (attributes.first().startsWith("m="))
        return Refusal{ "the client demands an extension that is not known" };
    if (attributes.size() < 2)
        return Refusal{ "user name or nonce is missing" };

    const auto saslName = valueOf(attributes[0], "n=");
    const auto userName = saslName ? preparedSaslName(*saslName) : std::nullopt;
    if (!userName)
        return Refusal{ "the user name is malformed" };
    const auto nonce = valueOf(attributes[1], "r=");
    if (!nonce || !isNonce(*nonce))
        return Refusal{ "the nonce of the client is malformed" };
    if (!std::all_of(attributes.begin() + 2, attributes.end(), isExtension))
        return Refusal{ "an extension of the first message is malformed" };
    if (!authorization.isEmpty()) {
        const auto other = valueOf(authorization, "a=");
        if (!other || preparedSaslName(*other) != userName)
            return Refusal{ "nobody may act as another user" };
    }
    first.userName = *userName;
    first.nonce = *nonce;
    return first;
}

Parsed<ClientFinal> parseClientFinal(const QByteArray &message)
{
    const QByteArrayList attributes = message.split(',');
    if (attributes.size() < 3)
        return Refusal{ "the final message lacks an attribute" };
    const auto channelBinding = valueOf(attributes[0], "c=");
    const auto nonce = valueOf(attributes[1], "r=");
    const auto proofText = valueOf(attributes.last(), "p=");
    const auto proof = proofText ? fromCanonicalBase64(*proofText) : std::nullopt;
    if (!channelBinding || !nonce || !proof)
        return Refusal{ "the final message is malformed" };
    if (!std::all_of(attributes.begin() + 2, attributes.end() - 1, isExtension))
        return Refusal{ "an extension of the final message is malformed" };

    const qsizetype proofStart = message.lastIndexOf(',');
    return ClientFinal{ *channelBinding, *nonce, *proof, message.left(proofStart) };
}

/// One run: client-first -> server-first -> client-final -> server-final. After its end it refuses
/// everything.
class ScramExchange final : public AuthenticationExchange
{
public:
    explicit ScramExchange(const ScramMethod &method)
        : m_method(method)
    { }

    Step next(const std::optional<QByteArray> &data) override
    {
        if (data && data->size() > maximumMessageBytes)
            return refuse("the message is too long");
        switch (m_awaits) {
        case Awaits::Start:
            // A client that leaves its first message out of CONNECT is asked for it, once.
            m_awaits = Awaits::ClientFirst;
            if (!data || data->isEmpty())
                return askFor({});
            return answerFirst(*data);
        case Awaits::ClientFirst:
            return data ? answerFirst(*data) : refuse("the first message is missing");
        case Awaits::ClientFinal:
            return data ? answerFinal(*data) : refuse("the final message is missing");
        case Awaits::Nothing:
            break;
        }
        return refuse("the exchange has ended");
    }

private:
    enum class Awaits { Start, ClientFirst, ClientFinal, Nothing };

    Step answerFirst(const QByteArray &message)
    {
        auto parsed = parseClientFirst(message);
        if (const auto *refusal = std::get_if<Refusal>(&parsed))
            return refuse(refusal->text);
        m_first = *std::get_if<ClientFirst>(&parsed);

        const auto known = m_method.verifierOf(m_first.userName);
        const ScramVerifier mock = m_method.mockVerifierOf(m_first.userName);
        m_isKnown = known.has_value();
        m_verifier = known.value_or(mock);

        m_nonce = m_first.nonce + m_method.newNonce();
        m_serverFirst = "r=" + m_nonce + ",s=" + m_verifier.salt.toBase64()
            + ",i=" + QByteArray::number(m_verifier.iterations);
        m_awaits = Awaits::ClientFinal;
        return askFor(m_serverFirst);
    }

    Step answerFinal(const QByteArray &message)
    {
        const auto parsed = parseClientFinal(message);
        if (const auto *refusal = std::get_if<Refusal>(&parsed))
            return refuse(refusal->text);
        const ClientFinal &final = *std::get_if<ClientFinal>(&parsed);
        if (final.nonce != m_nonce)
            return refuse("the nonce is not the one of this exchange");
        if (final.channelBinding != m_first.gs2Header.toBase64())
            return refuse("c= does not repeat the GS2 header");

        const QByteArray signedText = m_first.bare + ',' + m_serverFirst + ',' + final.withoutProof;
        const bool isProven = proves(final.proof, signedText);
        if (!isProven || !m_isKnown)
            return refuse(m_isKnown ? "the proof is wrong" : "the user is not known");

        m_awaits = Awaits::Nothing;
        const QByteArray signature = hmac(m_method.hash(), m_verifier.serverKey, signedText);
        Step step;
        step.kind = Step::Kind::Success;
        step.data = "v=" + signature.toBase64();
        step.userName = m_first.userName;
        step.reason = ReasonCode::Success;
        return step;
    }

    /// RFC 5802, 3: H(proof XOR HMAC(StoredKey, text)) is StoredKey.
    bool proves(const QByteArray &proof, const QByteArray &text) const
    {
        if (proof.size() != hashBytes(m_method.hash()))
            return false;
        const QByteArray clientKey = exclusiveOr(hmac(m_method.hash(), m_verifier.storedKey, text), proof);
        const QByteArray storedKey = QCryptographicHash::hash(clientKey, algorithmOf(m_method.hash()));
        return equalInConstantTime(storedKey, m_verifier.storedKey);
    }

    static Step askFor(const QByteArray &data)
    {
        Step step;
        step.kind = Step::Kind::Continue;
        step.data = data;
        step.reason = ReasonCode::ContinueAuthentication;
        return step;
    }

    Step refuse(const char *text)
    {
        m_awaits = Awaits::Nothing;
        Step step;
        step.reasonText = text;
        if (!m_first.userName.isEmpty())
            step.reasonText += " (user \"" + m_first.userName + "\")";
        return step;
    }

    const ScramMethod &m_method;
    Awaits m_awaits = Awaits::Start;
    ClientFirst m_first;
    ScramVerifier m_verifier;
    bool m_isKnown = false;
    QByteArray m_nonce; ///< the client's and ours
    QByteArray m_serverFirst;
};

} // namespace

ScramVerifier ScramVerifier::fromPassword(
    ScramHash hash, const QByteArray &password, int iterations, QByteArray salt)
{
    ScramVerifier verifier;
    verifier.salt = salt.isNull() ? randomBytes(saltBytes) : std::move(salt);
    verifier.iterations = std::clamp(iterations, defaultIterations, maximumIterations);
    // What SASLprep refuses is a password all the same: clients then take its bytes as they are.
    const QByteArray prepared = saslPrepared(password).value_or(password);
    const QByteArray salted = QPasswordDigestor::deriveKeyPbkdf2(algorithmOf(hash), prepared, verifier.salt,
        verifier.iterations, static_cast<quint64>(hashBytes(hash)));
    verifier.storedKey = QCryptographicHash::hash(hmac(hash, salted, "Client Key"), algorithmOf(hash));
    verifier.serverKey = hmac(hash, salted, "Server Key");
    return verifier;
}

std::unique_ptr<AuthenticationMethod> makeScramMethod(ScramHash hash, ScramVerifierSource source)
{
    return std::make_unique<ScramMethod>(hash, std::move(source));
}

ScramMethod::ScramMethod(ScramHash hash, ScramVerifierSource source, NonceSource nonceSource)
    : m_hash(hash)
    , m_source(std::move(source))
    , m_nonceSource(std::move(nonceSource))
    , m_mockSecret(randomBytes(hashBytes(hash)))
{ }

QByteArray ScramMethod::name() const
{
    return m_hash == ScramHash::Sha256 ? QByteArray("SCRAM-SHA-256") : QByteArray("SCRAM-SHA-512");
}

std::unique_ptr<AuthenticationExchange> ScramMethod::begin()
{
    return std::make_unique<ScramExchange>(*this);
}

std::optional<ScramVerifier> ScramMethod::verifierOf(const QByteArray &userName) const
{
    auto verifier = m_source ? m_source(userName) : std::nullopt;
    // Fails closed: with a damaged verifier nobody gets in, and nobody learns that it is damaged.
    if (!verifier || verifier->salt.size() < minimumSaltBytes || verifier->iterations < defaultIterations
        || verifier->iterations > maximumIterations || verifier->storedKey.size() != hashBytes(m_hash)
        || verifier->serverKey.size() != hashBytes(m_hash))
        return std::nullopt;
    return verifier;
}

ScramVerifier ScramMethod::mockVerifierOf(const QByteArray &userName) const
{
    ScramVerifier mock;
    mock.salt = hmac(m_hash, m_mockSecret, "salt " + userName).left(saltBytes);
    mock.iterations = m_mockIterations ? m_mockIterations(userName) : defaultIterations;
    mock.storedKey = hmac(m_hash, m_mockSecret, "key " + userName);
    mock.serverKey = mock.storedKey;
    return mock;
}

QByteArray ScramMethod::randomNonce()
{
    return randomBytes(nonceBytes).toBase64();
}

} // namespace pigeon
