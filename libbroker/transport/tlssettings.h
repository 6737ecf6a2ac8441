#pragma once

#include "transport/tlsterms.h"

#include <QString>
#include <QStringList>

namespace pigeon {

/// TlsOptions with the files read: the terms of each TLS connection of a listener, or what is wrong.
struct TlsSettings
{
    TlsTerms terms;
    QString problem; ///< a sentence; empty = all is well
    QString warning; ///< what is strange and no reason not to listen; empty = nothing
};

/// Reads the files. Whatever is wrong with them is found here, and not when the first client comes.
TlsSettings readTlsSettings(const TlsOptions &options);
/// The files and folders that it reads.
QStringList tlsFiles(const TlsOptions &options);

} // namespace pigeon
