#include "transport/revocationcheck.h"

#include "transport/opensslvalue.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <vector>

namespace pigeon {

struct RevocationCheck::Lists
{
    X509StorePtr store{X509_STORE_new()};
    std::vector<X509Ptr> authorities;
    std::vector<X509CrlPtr> lists;
};

namespace {

QString nameOf(const X509_NAME *name)
{
    char text[256] = {};
    X509_NAME_oneline(name, text, sizeof text);
    return QString::fromUtf8(text);
}

bool isSignedBy(X509_CRL *list, X509 *authority)
{
    EVP_PKEY *key = X509_get0_pubkey(authority);
    return key && X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0
        && X509_CRL_verify(list, key) == 1;
}

/// What OpenSSL takes for an error and the operator does not. `app_data`: whether dates are ignored.
int forgive(int isGood, X509_STORE_CTX *context)
{
    if (isGood)
        return 1;
    const bool ignoresDates = X509_STORE_CTX_get_app_data(context) != nullptr;
    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return ignoresDates;
    case X509_V_ERR_UNABLE_TO_GET_CRL: // an authority between: not every one has a list
        return X509_STORE_CTX_get_error_depth(context) > 0;
    default:
        return 0;
    }
}

} // namespace

RevocationCheck::RevocationCheck()
    : m_lists(std::make_unique<Lists>())
{
}

RevocationCheck::~RevocationCheck() = default;

QString RevocationCheck::read(const QByteArray &lists, const QList<QSslCertificate> &authorities)
{
    for (const QSslCertificate &each : authorities) {
        if (X509Ptr authority = toOpenSsl(each)) {
            X509_STORE_add_cert(m_lists->store.get(), authority.get());
            m_lists->authorities.push_back(std::move(authority));
        }
    }
    const BioPtr input = readingBio(lists);
    while (X509CrlPtr list{PEM_read_bio_X509_CRL(input.get(), nullptr, nullptr, nullptr)}) {
        X509_STORE_add_crl(m_lists->store.get(), list.get());
        m_lists->lists.push_back(std::move(list));
    }
    const bool isEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error(); // Qt looks at the same queue of errors
    if (!isEnd)
        return QStringLiteral("is damaged: one of its lists cannot be read.");
    if (m_lists->lists.empty())
        return QStringLiteral("holds no list: it must be PEM, with a line \"-----BEGIN X509 CRL-----\".");
    X509_STORE_set_flags(m_lists->store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

QString RevocationCheck::warning() const
{
    for (const X509CrlPtr &list : m_lists->lists) {
        const bool isOurs = std::any_of(m_lists->authorities.begin(), m_lists->authorities.end(),
            [&list](const X509Ptr &each) { return isSignedBy(list.get(), each.get()); });
        if (!isOurs) // it may be one between, which clients send with their own
            return QStringLiteral("the list of %1 is signed by none of the authorities named.")
                .arg(nameOf(X509_CRL_get_issuer(list.get())));
        const ASN1_TIME *next = X509_CRL_get0_nextUpdate(list.get());
        if (next && X509_cmp_current_time(next) < 0)
            return QStringLiteral("the list of %1 is out of date, so that none of its clients is let in: fetch the new one.")
                .arg(nameOf(X509_CRL_get_issuer(list.get())));
    }
    return {};
}

QByteArray RevocationCheck::problemOf(const QList<QSslCertificate> &chain, bool ignoresDates) const
{
    std::vector<X509Ptr> certificates;
    const X509StackPtr between(sk_X509_new_null());
    for (const QSslCertificate &each : chain) {
        certificates.push_back(toOpenSsl(each));
        if (!certificates.back())
            return "it cannot be read";
        if (certificates.size() > 1)
            sk_X509_push(between.get(), certificates.back().get());
    }
    if (certificates.empty())
        return "there is none";
    const X509StoreContextPtr context(X509_STORE_CTX_new());
    if (!context || !X509_STORE_CTX_init(context.get(), m_lists->store.get(), certificates.front().get(), between.get()))
        return "there is no memory to check it";
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
    X509_STORE_CTX_set_verify_cb(context.get(), forgive);
    int isSet = 1;
    X509_STORE_CTX_set_app_data(context.get(), ignoresDates ? &isSet : nullptr);
    const bool isGood = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (isGood)
        return {};
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

} // namespace pigeon
