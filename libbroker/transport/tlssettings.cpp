#include "transport/tlssettings.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslDiffieHellmanParameters>
#include <QSslEllipticCurve>
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
    bool isCompleteForKeys();
    bool isCompleteForCertificates();
    bool readIdentity();
    bool readKeys();
    bool readChain();
    bool readKey();
    bool checkKeyFits();
    bool readAuthorities();
    bool addFolder(QList<QSslCertificate> &authorities);
    bool readRevocation();
    bool readCiphers();
    bool readCurves();
    bool readDiffieHellman();
    QList<QSslCipher> ciphersForKeys(const QList<QSslCipher> &chosen) const;
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
    TlsTerms &m_terms = m_settings.terms;
    QSslCertificate m_certificate;
    QSslKey m_key;
};

TlsSettings TlsFiles::read()
{
    m_terms.userName = m_options.userName;
    m_terms.ignoresDates = m_options.ignoreCertificateDates;
    m_terms.usesKeys = !m_options.presharedKeyFile.isEmpty();
    m_terms.configuration.setProtocol(
        m_options.lowestVersion == TlsVersion::Tls13 ? QSsl::TlsV1_3OrLater : QSsl::TlsV1_2OrLater);
    if (isComplete() && readIdentity() && readAuthorities() && readRevocation() && readCiphers() && readCurves()
        && readDiffieHellman()) {
        choosePeers();
        warnOfDates();
    }
    return m_settings;
}

bool TlsFiles::isComplete()
{
    using namespace std::chrono_literals;
    if (!QSslSocket::supportsSsl())
        return fail(QStringLiteral("TLS is not available: Qt finds no OpenSSL 3; install libssl3."));
    if (m_options.fileCheckInterval != 0ms && (m_options.fileCheckInterval < 100ms || m_options.fileCheckInterval > 1h))
        return fail(QStringLiteral("fileCheckInterval must be 0 or from 100 ms to 1 h."));
    return m_terms.usesKeys ? isCompleteForKeys() : isCompleteForCertificates();
}

bool TlsFiles::isCompleteForKeys()
{
    // As in mosquitto: with both, one would stand open for those who are to have the other.
    if (!m_options.certificateChainFile.isEmpty() || !m_options.privateKeyFile.isEmpty())
        return fail(QStringLiteral(
            "A listener has a certificate or pre-shared keys, not both: make two listeners of it."));
    if (m_options.requireCertificate || !m_options.revocationFile.isEmpty())
        return fail(QStringLiteral("With pre-shared keys there are no certificates that could be required."));
    if (m_options.userName != UserNameSource::Connect && m_options.userName != UserNameSource::Identity)
        return fail(QStringLiteral("With pre-shared keys the user is taken from the identity of the key or from CONNECT."));
    return true;
}

bool TlsFiles::isCompleteForCertificates()
{
    if (m_options.certificateChainFile.isEmpty() || m_options.privateKeyFile.isEmpty())
        return fail(QStringLiteral("TLS needs a certificate and its key: name both files."));
    if (m_options.requireCertificate && m_options.authoritiesFile.isEmpty() && m_options.authoritiesFolder.isEmpty())
        return fail(QStringLiteral(
            "Certificates of clients cannot be required without the authorities they come from: name that file."));
    if (m_options.userName != UserNameSource::Connect && !m_options.requireCertificate)
        return fail(QStringLiteral("Users cannot be taken from certificates that are not required: require them."));
    if (!m_options.revocationFile.isEmpty() && !m_options.requireCertificate)
        return fail(QStringLiteral("Revoked certificates cannot be refused where none is required: require them."));
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

bool TlsFiles::readIdentity()
{
    return m_terms.usesKeys ? readKeys() : readChain() && readKey() && checkKeyFits();
}

bool TlsFiles::readKeys()
{
    const QByteArray bytes = contents(m_options.presharedKeyFile, "file of pre-shared keys");
    if (bytes.isEmpty())
        return false;
    const QString problem = m_terms.keys.read(bytes);
    if (!problem.isEmpty())
        return fail(QStringLiteral("The file of pre-shared keys \"%1\", %2.").arg(m_options.presharedKeyFile, problem));
    m_terms.configuration.setPreSharedKeyIdentityHint(m_options.presharedKeyHint.toUtf8());
    return true;
}

bool TlsFiles::readChain()
{
    const QList<QSslCertificate> chain = certificates(m_options.certificateChainFile, "certificate");
    if (chain.isEmpty())
        return false;
    m_certificate = chain.first();
    m_terms.configuration.setLocalCertificateChain(chain);
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
    m_terms.configuration.setPrivateKey(m_key);
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
    if (!m_options.authoritiesFolder.isEmpty() && !addFolder(authorities))
        return false;
    m_terms.configuration.setCaCertificates(authorities);
    return true;
}

/// Whatever the files are called: hashes as names (`openssl rehash`) are links to them.
bool TlsFiles::addFolder(QList<QSslCertificate> &authorities)
{
    const QDir folder(m_options.authoritiesFolder);
    if (!folder.exists() || !folder.isReadable())
        return fail(QStringLiteral("The folder of authorities \"%1\" cannot be read: it must be there, and the user of "
                                   "this process must be able to read it.")
                        .arg(m_options.authoritiesFolder));
    const qsizetype before = authorities.size();
    for (const QFileInfo &each : folder.entryInfoList(QDir::Files, QDir::Name)) {
        for (const QSslCertificate &found : QSslCertificate::fromPath(each.filePath(), QSsl::Pem)) {
            if (!authorities.contains(found))
                authorities.append(found);
        }
    }
    return authorities.size() > before
        || fail(QStringLiteral("The folder of authorities \"%1\" holds no file with a certificate in PEM that is not "
                               "in the file of authorities as well.")
                    .arg(m_options.authoritiesFolder));
}

bool TlsFiles::readRevocation()
{
    const QString &path = m_options.revocationFile;
    if (path.isEmpty())
        return true;
    const QByteArray bytes = contents(path, "file of revoked certificates");
    if (bytes.isEmpty())
        return false;
    auto check = std::make_shared<RevocationCheck>();
    const QString problem = check->read(bytes, m_terms.configuration.caCertificates());
    if (!problem.isEmpty())
        return fail(QStringLiteral("The file of revoked certificates \"%1\" %2").arg(path, problem));
    if (const QString warning = check->warning(); !warning.isEmpty())
        m_settings.warning = QStringLiteral("The file of revoked certificates \"%1\": %2").arg(path, warning);
    m_terms.revocation = std::move(check);
    return true;
}

bool TlsFiles::readCiphers()
{
    QList<QSslCipher> chosen;
    for (const QString &name : m_options.ciphers) {
        const QSslCipher cipher(name);
        if (cipher.isNull())
            return fail(QStringLiteral("The cipher \"%1\" is not known: `openssl ciphers` lists the names.").arg(name));
        chosen.append(cipher);
    }
    if (m_terms.usesKeys)
        chosen = ciphersForKeys(chosen);
    if (!chosen.isEmpty())
        m_terms.configuration.setCiphers(chosen);
    return true;
}

/// In 1.2 a cipher says whether a shared key is used, and all others need a certificate.
QList<QSslCipher> TlsFiles::ciphersForKeys(const QList<QSslCipher> &chosen) const
{
    QList<QSslCipher> found = chosen;
    found.removeIf([](const QSslCipher &each) {
        return each.protocol() != QSsl::TlsV1_3 && !each.name().contains(QLatin1String("PSK"));
    });
    if (!found.isEmpty())
        return found;
    constexpr int fewestBits = 128;
    for (const QSslCipher &each : QSslConfiguration::supportedCiphers()) {
        const bool isForKeys = each.protocol() == QSsl::TlsV1_3
            || (each.name().contains(QLatin1String("PSK")) && !each.name().startsWith(QLatin1String("RSA-PSK")));
        if (isForKeys && each.usedBits() >= fewestBits)
            found.append(each);
    }
    return found;
}

bool TlsFiles::readCurves()
{
    QList<QSslEllipticCurve> chosen;
    for (const QString &name : m_options.curves) {
        const QSslEllipticCurve curve = QSslEllipticCurve::fromShortName(name);
        if (!curve.isValid())
            return fail(QStringLiteral("The curve \"%1\" is not known: X25519, prime256v1, secp384r1 and secp521r1 are, and "
                                       "`openssl ecparam -list_curves` lists more.")
                            .arg(name));
        chosen.append(curve);
    }
    m_terms.configuration.setEllipticCurves(chosen);
    return true;
}

bool TlsFiles::readDiffieHellman()
{
    const QString &path = m_options.diffieHellmanFile;
    if (path.isEmpty())
        return true;
    const QByteArray bytes = contents(path, "file of Diffie-Hellman parameters");
    if (bytes.isEmpty())
        return false;
    const auto parameters = QSslDiffieHellmanParameters::fromEncoded(bytes, QSsl::Pem);
    if (!parameters.isValid())
        return fail(QStringLiteral("The file of Diffie-Hellman parameters \"%1\" cannot be used: %2. `openssl dhparam -out "
                                   "FILE 2048` makes one.")
                        .arg(path, parameters.errorString()));
    m_terms.configuration.setDiffieHellmanParameters(parameters);
    return true;
}

void TlsFiles::choosePeers()
{
    m_terms.configuration.setPeerVerifyMode(
        m_options.requireCertificate ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
}

void TlsFiles::warnOfDates()
{
    if (m_certificate.isNull())
        return;
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

QStringList tlsFiles(const TlsOptions &options)
{
    QStringList files{options.certificateChainFile, options.privateKeyFile, options.authoritiesFile,
        options.authoritiesFolder, options.revocationFile, options.diffieHellmanFile, options.presharedKeyFile};
    files.removeAll(QString());
    return files;
}

} // namespace pigeon
