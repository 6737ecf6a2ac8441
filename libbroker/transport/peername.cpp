#include "transport/peername.h"

#include "transport/opensslvalue.h"

#include <QSslCertificate>
#include <QStringList>

namespace pigeon {

namespace {

QByteArray theOnly(const QStringList &names)
{
    const QByteArray name = names.size() == 1 ? names.first().toUtf8() : QByteArray();
    return name.contains('\0') ? QByteArray() : name;
}

/// As mosquitto prints it: RFC 2253, the last part first.
QByteArray subjectOf(const QSslCertificate &certificate)
{
    const X509Ptr read = toOpenSsl(certificate);
    const BioPtr output(BIO_new(BIO_s_mem()));
    if (!read || !output
        || X509_NAME_print_ex(output.get(), X509_get_subject_name(read.get()), 0, XN_FLAG_RFC2253) <= 0)
        return {};
    char *text = nullptr;
    const auto bytes = BIO_get_mem_data(output.get(), &text);
    const QByteArray subject(text, bytes);
    return subject.contains('\0') ? QByteArray() : subject;
}

} // namespace

QByteArray userNameOf(const QSslCertificate &certificate, UserNameSource source)
{
    switch (source) {
    case UserNameSource::Identity:
        return theOnly(certificate.subjectInfo(QSslCertificate::CommonName));
    case UserNameSource::Subject:
        return subjectOf(certificate);
    case UserNameSource::DnsName:
        return theOnly(certificate.subjectAlternativeNames().values(QSsl::DnsEntry));
    case UserNameSource::EmailAddress:
        return theOnly(certificate.subjectAlternativeNames().values(QSsl::EmailEntry));
    case UserNameSource::Connect:
        break;
    }
    return {};
}

const char *describe(UserNameSource source)
{
    switch (source) {
    case UserNameSource::Subject:
        return "subject";
    case UserNameSource::DnsName:
        return "DNS name";
    case UserNameSource::EmailAddress:
        return "e-mail address";
    case UserNameSource::Identity:
    case UserNameSource::Connect:
        break;
    }
    return "common name";
}

} // namespace pigeon
