#include "security/passwordhash.h"

#include "security/scramline.h"
#include "security/secretbytes.h"

#include <QCryptographicHash>
#include <QPasswordDigestor>

#include <argon2.h>

namespace pigeon {

namespace {

constexpr qsizetype sha512Bytes = 64;
// OWASP's first choice for Argon2id: as strong as more memory and fewer passes, and small devices can afford it.
constexpr quint32 argonMemoryKib = 19 * 1024;
constexpr quint32 argonPasses = 2;
constexpr quint32 argonLanes = 1;
constexpr qsizetype argonSaltBytes = 16;
constexpr qsizetype argonHashBytes = 32;
// What one check may cost at most: whoever writes the file may be careless, and a stranger makes us pay.
constexpr int mostIterations = 10'000'000;
constexpr int mostMemoryKib = 1024 * 1024;
constexpr int mostPasses = 1'000;
constexpr int mostLanes = 64;

/// Digits alone: no sign, no space, no leading zero.
std::optional<int> numberIn(const QByteArray &text, int least, int most)
{
    bool isNumber = false;
    const int number = text.toInt(&isNumber);
    if (!isNumber || number < least || number > most || QByteArray::number(number) != text)
        return std::nullopt;
    return number;
}

std::optional<QByteArray> fromBase64(const QByteArray &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (*decoded).isEmpty())
        return std::nullopt;
    return *decoded;
}

/// The number behind "m=" and the like.
std::optional<int> parameterIn(const QByteArray &text, const char *name, int least, int most)
{
    return text.startsWith(name) ? numberIn(text.mid(2), least, most) : std::nullopt;
}

/// Base64 without padding, as Argon2 writes it.
bool isArgonBase64(const QByteArray &text, qsizetype leastBytes)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        text, QByteArray::OmitTrailingEquals | QByteArray::AbortOnBase64DecodingErrors);
    return decoded && (*decoded).size() >= leastBytes && !text.endsWith('=');
}

} // namespace

std::optional<PasswordHash> PasswordHash::parse(const QByteArray &text)
{
    std::optional<PasswordHash> parsed;
    if (text.startsWith("$6$"))
        parsed = parseSha512(text);
    else if (text.startsWith("$7$"))
        parsed = parsePbkdf2(text);
    else if (text.startsWith("$argon2id$"))
        parsed = parseArgon2id(text);
    else if (isScramLine(text))
        parsed = parseScram(text);
    if (parsed)
        parsed->m_text = text;
    return parsed;
}

std::optional<PasswordHash> PasswordHash::parseSha512(const QByteArray &text)
{
    const QByteArrayList parts = text.split('$'); // "", "6", salt, hash
    const auto salt = parts.size() == 4 ? fromBase64(parts[2]) : std::nullopt;
    const auto hash = salt ? fromBase64(parts[3]) : std::nullopt;
    if (!hash || hash->size() != sha512Bytes)
        return std::nullopt;
    PasswordHash parsed;
    parsed.m_form = Form::Sha512;
    parsed.m_salt = *salt;
    parsed.m_hash = *hash;
    return parsed;
}

std::optional<PasswordHash> PasswordHash::parsePbkdf2(const QByteArray &text)
{
    const QByteArrayList parts = text.split('$'); // "", "7", iterations, salt, hash
    const auto iterations = parts.size() == 5 ? numberIn(parts[2], 1, mostIterations) : std::nullopt;
    const auto salt = iterations ? fromBase64(parts[3]) : std::nullopt;
    const auto hash = salt ? fromBase64(parts[4]) : std::nullopt;
    if (!hash || hash->size() != sha512Bytes)
        return std::nullopt;
    PasswordHash parsed;
    parsed.m_form = Form::Pbkdf2;
    parsed.m_iterations = *iterations;
    parsed.m_salt = *salt;
    parsed.m_hash = *hash;
    return parsed;
}

std::optional<PasswordHash> PasswordHash::parseArgon2id(const QByteArray &text)
{
    const QByteArrayList parts = text.split('$'); // "", "argon2id", "v=19", "m=,t=,p=", salt, hash
    if (parts.size() != 6 || parts[2] != "v=19")
        return std::nullopt;
    const QByteArrayList costs = parts[3].split(',');
    const bool isAffordable = costs.size() == 3 && parameterIn(costs[0], "m=", 8, mostMemoryKib)
        && parameterIn(costs[1], "t=", 1, mostPasses) && parameterIn(costs[2], "p=", 1, mostLanes);
    if (!isAffordable || !isArgonBase64(parts[4], ARGON2_MIN_SALT_LENGTH)
        || !isArgonBase64(parts[5], ARGON2_MIN_OUTLEN))
        return std::nullopt;
    return PasswordHash();
}

std::optional<PasswordHash> PasswordHash::parseScram(const QByteArray &text)
{
    const std::optional<ScramVerifier> verifier = parseScramLine(text);
    if (!verifier)
        return std::nullopt;
    PasswordHash parsed;
    parsed.m_form = Form::Scram;
    parsed.m_iterations = verifier->iterations;
    parsed.m_salt = verifier->salt;
    parsed.m_hash = verifier->storedKey;
    return parsed;
}

std::optional<PasswordHash> PasswordHash::make(const QByteArray &password)
{
    const QByteArray salt = randomBytes(argonSaltBytes);
    QByteArray text(static_cast<qsizetype>(argon2_encodedlen(argonPasses, argonMemoryKib, argonLanes,
                        argonSaltBytes, argonHashBytes, Argon2_id)),
        '\0');
    const int status = argon2id_hash_encoded(argonPasses, argonMemoryKib, argonLanes, password.constData(),
        static_cast<size_t>(password.size()), salt.constData(), static_cast<size_t>(salt.size()),
        static_cast<size_t>(argonHashBytes), text.data(), static_cast<size_t>(text.size()));
    if (status != ARGON2_OK)
        return std::nullopt;
    return parse(QByteArray(text.constData()));
}

bool PasswordHash::isOf(const QByteArray &password) const
{
    switch (m_form) {
    case Form::Sha512:
        return equalInConstantTime(QCryptographicHash::hash(password + m_salt, QCryptographicHash::Sha512), m_hash);
    case Form::Pbkdf2:
        return equalInConstantTime(QPasswordDigestor::deriveKeyPbkdf2(QCryptographicHash::Sha512, password, m_salt,
                                       m_iterations, static_cast<quint64>(sha512Bytes)),
            m_hash);
    case Form::Argon2id: // it compares in constant time itself
        return argon2id_verify(m_text.constData(), password.constData(), static_cast<size_t>(password.size()))
            == ARGON2_OK;
    case Form::Scram:
        return equalInConstantTime(
            ScramVerifier::fromPassword(ScramHash::Sha256, password, m_iterations, m_salt).storedKey, m_hash);
    }
    return false;
}

} // namespace pigeon
