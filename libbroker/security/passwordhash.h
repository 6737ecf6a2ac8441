#pragma once

#include <QByteArray>

#include <optional>

namespace pigeon {

/// What a password file keeps of one password, in one of four forms:
///
///     $6$SALT$HASH                                        SHA-512 of password and salt (mosquitto up to 1.6)
///     $7$ITERATIONS$SALT$HASH                             PBKDF2 with SHA-512 (mosquitto 2)
///     $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH     Argon2id (mosquitto 2.1, and pigeond passwd)
///     SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY   what SCRAM needs (pigeond passwd --scram), see scramline.h
///
/// A value, any thread.
class PasswordHash
{
public:
    /// Nothing when `text` is of no known form, or asks for more work or memory than a check may cost.
    static std::optional<PasswordHash> parse(const QByteArray &text);
    /// Argon2id of `password` with a random salt. Takes tens of milliseconds and 19 MiB of memory meanwhile. Nothing when
    /// that memory is not there.
    static std::optional<PasswordHash> make(const QByteArray &password);

    /// Costs what the form asks for, milliseconds mostly: not for the broker thread. The comparison takes the same time
    /// wherever the two differ.
    bool isOf(const QByteArray &password) const;
    /// As it stands in a file.
    const QByteArray &text() const { return m_text; }

private:
    enum class Form { Sha512, Pbkdf2, Argon2id, Scram };

    PasswordHash() = default;
    static std::optional<PasswordHash> parseSha512(const QByteArray &text);
    static std::optional<PasswordHash> parsePbkdf2(const QByteArray &text);
    static std::optional<PasswordHash> parseArgon2id(const QByteArray &text);
    static std::optional<PasswordHash> parseScram(const QByteArray &text);

    QByteArray m_text;
    Form m_form = Form::Argon2id;
    QByteArray m_salt; // not of Argon2id, whose text is handed on as it is
    QByteArray m_hash;
    int m_iterations = 0;
};

} // namespace pigeon
