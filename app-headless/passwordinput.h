#pragma once

#include <QByteArray>
#include <QString>

namespace pigeon {

/// A password that somebody typed, or why there is none.
struct TypedPassword
{
    QByteArray password;
    QString problem; ///< a sentence; empty when all is well
};

/// Asks for it on the terminal, twice and without showing it; where standard input is no terminal, its first line is the
/// password. Blocks.
TypedPassword readPassword();

} // namespace pigeon
