#include "security/scramline.h"

namespace pigeon {

namespace {

const QByteArray scheme = "SCRAM-SHA-256$";
constexpr int leastIterations = 4'096; // RFC 7677, 4
constexpr int mostIterations = 1'000'000;
constexpr qsizetype leastSaltBytes = 8;
constexpr qsizetype keyBytes = 32;

/// Standard base64 with its padding, in the one way that it can be written.
QByteArray fromBase64(const QByteArray &text)
{
    const QByteArray bytes = QByteArray::fromBase64(text);
    return bytes.toBase64() == text ? bytes : QByteArray();
}

} // namespace

bool isScramLine(const QByteArray &text)
{
    return text.startsWith(scheme);
}

std::optional<ScramVerifier> parseScramLine(const QByteArray &text)
{
    const QByteArrayList parts = text.mid(scheme.size()).split('$');
    if (!isScramLine(text) || parts.size() != 2)
        return std::nullopt;
    const QByteArrayList work = parts[0].split(':');
    const QByteArrayList keys = parts[1].split(':');
    if (work.size() != 2 || keys.size() != 2)
        return std::nullopt;
    ScramVerifier verifier;
    verifier.iterations = work[0].toInt();
    verifier.salt = fromBase64(work[1]);
    verifier.storedKey = fromBase64(keys[0]);
    verifier.serverKey = fromBase64(keys[1]);
    const bool isSound = QByteArray::number(verifier.iterations) == work[0] && verifier.iterations >= leastIterations
        && verifier.iterations <= mostIterations && verifier.salt.size() >= leastSaltBytes
        && verifier.storedKey.size() == keyBytes && verifier.serverKey.size() == keyBytes;
    return isSound ? std::optional(verifier) : std::nullopt;
}

QByteArray scramLineOf(const ScramVerifier &verifier)
{
    return scheme + QByteArray::number(verifier.iterations) + ':' + verifier.salt.toBase64() + '$'
        + verifier.storedKey.toBase64() + ':' + verifier.serverKey.toBase64();
}

} // namespace pigeon
