#pragma once

#include <pigeon/authentication.h>

namespace pigeon {

/// A SCRAM-SHA-256 verifier as a password file has it, in the form of RFC 5803 that PostgreSQL writes as well:
///
///     SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY
///
/// Pure functions, any thread.
bool isScramLine(const QByteArray &text);
/// Nothing when it is none, or asks for more or less work than ScramVerifier allows.
std::optional<ScramVerifier> parseScramLine(const QByteArray &text);
QByteArray scramLineOf(const ScramVerifier &verifier);

} // namespace pigeon
