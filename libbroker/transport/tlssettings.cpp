#include "transport/tlssettings.h"

#include <QDateTime>
#include <QFile>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslKey>
#include <QSslSocket>

#include <algorithm>

namespace pigeon {

namespace {

/// One after the other; the first problem ends it, since what follows needs what was read before.
class TlsFiles
{
public:
    explicit TlsFiles(const TlsOptions &options)
        : m_options(options)
    {
    }
    TlsSettings read();

private:
    bool isComplete();
    bool readChain();
    bool readKey();
    bool checkKeyFits();
    bool readAuthorities();
    bool readCiphers();
    void choosePeers();
    void warnOfDates();
    QByteArray contents(const QString &path, const char *what);
    QList<QSslCertificate> certificates(const QString &path, const char *what);
    bool fail(const QString &problem)
    {
        m_settings.problem = problem;
        return false;
    }

    const TlsOptions &m_options;
    TlsSettings m_settings;
    QSslCertificate m_certificate;
    QSslKey m_key;
};

TlsSettings TlsFiles::read()
{
    m_settings.configuration.setProtocol(
        m_options.lowestVersion == TlsVersion::Tls13 ? QSsl::TlsV1_3OrLater : QSsl::TlsV1_2OrLater);
    if (isComplete() && readChain() && readKey() && checkKeyFits() && readAuthorities() && readCiphers()) {
        choosePeers();
        warnOfDates();
    }
    return m_settings;
}

bool TlsFiles::isComplete()
{
    if (!QSslSocket::supportsSsl())
        return fail(QStringLiteral("TLS is not available: Qt finds no OpenSSL 3; install libssl3."));
    if (m_options.certificateChainFile.isEmpty() || m_options.privateKeyFile.isEmpty())
        return fail(QStringLiteral("TLS needs a certificate and its key: name both files."));
    if (m_options.requireCertificate && m_options.authoritiesFile.isEmpty())
        return fail(QStringLiteral(
            "Certificates of clients cannot be required without the authorities they come from: name that file."));
    if (m_options.identityAsUserName && !m_options.requireCertificate)
        return fail(QStringLiteral("Users cannot be taken from certificates that are not required: require them."));
    return true;
}

QByteArray TlsFiles::contents(const QString &path, const char *what)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        fail(QStringLiteral("The %1 \"%2\" cannot be read: %3. The user of this process must be able to read it.")
                 .arg(QLatin1String(what), path, file.errorString()));
        return {};
    }
    constexpr qint64 mostBytes = 4 * 1024 * 1024; // all authorities of a system are 220 KB
    const QByteArray bytes = file.read(mostBytes);
    if (bytes.isEmpty())
        fail(QStringLiteral("The %1 \"%2\" is empty.").arg(QLatin1String(what), path));
    return bytes;
}

QList<QSslCertificate> TlsFiles::certificates(const QString &path, const char *what)
{
    const QByteArray bytes = contents(path, what);
    if (bytes.isEmpty())
        return {};
    const QList<QSslCertificate> found = QSslCertificate::fromData(bytes, QSsl::Pem);
    if (found.isEmpty())
        fail(QStringLiteral("The %1 \"%2\" holds no certificate: it must be PEM, with a line \"-----BEGIN "
                            "CERTIFICATE-----\".")
                 .arg(QLatin1String(what), path));
    return found;
}

bool TlsFiles::readChain()
{
    const QList<QSslCertificate> chain = certificates(m_options.certificateChainFile, "certificate");
    if (chain.isEmpty())
        return false;
    m_certificate = chain.first();
    m_settings.configuration.setLocalCertificateChain(chain);
    return true;
}

bool TlsFiles::readKey()
{
    const QByteArray bytes = contents(m_options.privateKeyFile, "key");
    if (bytes.isEmpty())
        return false;
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        m_key = QSslKey(bytes, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!m_key.isNull())
            break;
    }
    if (m_key.isNull())
        return fail(bytes.contains("ENCRYPTED")
                ? QStringLiteral("The key \"%1\" has a passphrase: take it away (`openssl pkey -in FILE -out FILE`).")
                      .arg(m_options.privateKeyFile)
                : QStringLiteral("The key \"%1\" cannot be used: it must be a private RSA or EC key in PEM.")
                      .arg(m_options.privateKeyFile));
    m_settings.configuration.setPrivateKey(m_key);
    return true;
}

/// Qt says so of each connection only, and only to the client. The end of a public key, its number or its point, is in
/// the encoding of the private key, too, for both kinds of keys that we take.
bool TlsFiles::checkKeyFits()
{
    const QSslKey publicKey = m_certificate.publicKey();
    bool fits = publicKey.algorithm() == m_key.algorithm();
    if (fits && m_key.algorithm() == QSsl::Rsa) {
        constexpr qsizetype exponentBytes = 5; // 65 537, with its tag and length, follows the number
        constexpr qsizetype comparedBytes = 64;
        fits = m_key.toDer().contains(publicKey.toDer().chopped(exponentBytes).right(comparedBytes));
    } else if (fits) {
        const qsizetype pointBytes = 2 * ((m_key.length() + 7) / 8);
        fits = m_key.toDer().contains(publicKey.toDer().right(pointBytes));
    }
    return fits
        || fail(QStringLiteral("The key \"%1\" does not belong to the certificate \"%2\": name the two that were made "
                               "together.")
                    .arg(m_options.privateKeyFile, m_options.certificateChainFile));
}

bool TlsFiles::readAuthorities()
{
    // Always set: where there is no list, Qt would take that of the system.
    QList<QSslCertificate> authorities;
    if (!m_options.authoritiesFile.isEmpty()) {
        authorities = certificates(m_options.authoritiesFile, "file of authorities");
        if (authorities.isEmpty())
            return false;
    }
    m_settings.configuration.setCaCertificates(authorities);
    return true;
}

bool TlsFiles::readCiphers()
{
    if (m_options.ciphers.isEmpty())
        return true;
    QList<QSslCipher> chosen;
    for (const QString &name : m_options.ciphers) {
        const QSslCipher cipher(name);
        if (cipher.isNull())
            return fail(QStringLiteral("The cipher \"%1\" is not known: `openssl ciphers` lists the names.").arg(name));
        chosen.append(cipher);
    }
    m_settings.configuration.setCiphers(chosen);
    return true;
}

void TlsFiles::choosePeers()
{
    m_settings.configuration.setPeerVerifyMode(
        m_options.requireCertificate ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
}

void TlsFiles::warnOfDates()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QDateTime from = m_certificate.effectiveDate();
    const QDateTime until = m_certificate.expiryDate();
    const auto told = [this](const char *what, const QDateTime &when) {
        return QStringLiteral("The certificate \"%1\" %2 %3: clients that check it will not connect.")
            .arg(m_options.certificateChainFile, QLatin1String(what), when.toString(Qt::ISODate));
    };
    if (until < now)
        m_settings.warning = told("has expired at", until);
    else if (from > now)
        m_settings.warning = told("is not valid before", from);
}

} // namespace

TlsSettings readTlsSettings(const TlsOptions &options)
{
    return TlsFiles(options).read();
}

} // namespace pigeon
