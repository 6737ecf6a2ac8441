#pragma once

#include <QByteArray>
#include <QSslCertificate>

#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace pigeon {

template <auto Free>
struct OpenSslFree
{
    template <typename T>
    void operator()(T *value) const
    {
        Free(value);
    }
};

using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using X509CrlPtr = std::unique_ptr<X509_CRL, OpenSslFree<X509_CRL_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;
using X509StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpenSslFree<X509_STORE_CTX_free>>;
/// Does not own what is in it.
using X509StackPtr = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;
using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;

/// Reads from `bytes`, which outlives it.
inline BioPtr readingBio(const QByteArray &bytes)
{
    return BioPtr(BIO_new_mem_buf(bytes.constData(), static_cast<int>(bytes.size())));
}

/// Null when OpenSSL cannot read what Qt could.
inline X509Ptr toOpenSsl(const QSslCertificate &certificate)
{
    const QByteArray encoded = certificate.toDer();
    const auto *from = reinterpret_cast<const unsigned char *>(encoded.constData());
    return X509Ptr(d2i_X509(nullptr, &from, encoded.size()));
}

} // namespace pigeon
