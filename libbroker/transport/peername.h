#pragma once

#include <pigeon/listeneroptions.h>

#include <QByteArray>

class QSslCertificate;

namespace pigeon {

/// The user name that `certificate` proves; empty = it has none of that kind, or several, or one that is no text: which
/// of two is meant is nothing to guess. Pure.
QByteArray userNameOf(const QSslCertificate &certificate, UserNameSource source);
/// What `userNameOf` looks for, as in "the certificate has no ... or several".
const char *describe(UserNameSource source);

} // namespace pigeon
