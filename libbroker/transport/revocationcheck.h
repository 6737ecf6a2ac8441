#pragma once

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QString>

#include <memory>

struct x509_store_st;

namespace pigeon {

/// Whether a client's certificate was revoked, by lists (CRLs) of its authorities. Qt checks none, so it is done with
/// libcrypto when the handshake is through and before a byte of MQTT is read. Never changes once it was read; any thread.
class RevocationCheck
{
public:
    RevocationCheck();
    ~RevocationCheck();
    RevocationCheck(const RevocationCheck &) = delete;
    RevocationCheck &operator=(const RevocationCheck &) = delete;

    /// Once. `lists` are PEM, `authorities` those that clients must come from. What is wrong, the end of a sentence about
    /// the file; empty = all is well.
    QString read(const QByteArray &lists, const QList<QSslCertificate> &authorities);
    /// What is to be warned of, a sentence: a list that is out of date, so that nobody of its authority comes in, or one
    /// of somebody else; empty = nothing.
    QString warning() const;
    /// Why the certificate at the front of `chain` is refused; empty = it is good. A certificate whose authority has no
    /// list in date is refused (RFC 5280, 6.3.3: undetermined); an authority between is looked up where there is one.
    QByteArray problemOf(const QList<QSslCertificate> &chain, bool ignoresDates) const;

private:
    struct Lists;
    std::unique_ptr<Lists> m_lists;
};

} // namespace pigeon
