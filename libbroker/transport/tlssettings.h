#pragma once

#include <pigeon/listeneroptions.h>

#include <QSslConfiguration>
#include <QString>

namespace pigeon {

/// TlsOptions with the files read: what each TLS connection of a listener is configured with, or what is wrong.
struct TlsSettings
{
    QSslConfiguration configuration;
    QString problem; ///< a sentence; empty = all is well
    QString warning; ///< what is strange and no reason not to listen; empty = nothing
};

/// Reads the files. Whatever is wrong with them is found here, and not when the first client comes.
TlsSettings readTlsSettings(const TlsOptions &options);

} // namespace pigeon
