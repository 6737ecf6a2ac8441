#pragma once

#include <QDir>
#include <QProcess>
#include <QSslCertificate>
#include <QTemporaryDir>
#include <QTest>

namespace pigeon::test {

/// Throw-away authorities and what they sign, made with the openssl command when it is asked for. A name stands for
/// NAME.pem and NAME.key in one folder.
class Certificates
{
public:
    Certificates()
    {
        authority("ca");
        authority("other");
        issue("server", "localhost", "ca", 10);
    }
    QString file(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    QString folder() const { return m_folder.path(); }
    QList<QSslCertificate> certificates(const char *name) const
    {
        return QSslCertificate::fromPath(file(name), QSsl::Pem);
    }

    void authority(const QByteArray &name)
    {
        run("req -x509 " + newKey + " -keyout " + name + ".key -out " + name + ".pem -days 10 -subj /CN=" + name);
    }
    /// `commonName` "" = none; negative `days` = expired.
    void issue(const QByteArray &name, const QByteArray &commonName, const QByteArray &authority, int days)
    {
        const QByteArray subject = commonName.isEmpty() ? "/O=nobody" : "/CN=" + commonName;
        run("req -new " + newKey + " -keyout " + name + ".key -out " + name + ".csr -subj " + subject
            + " -addext subjectAltName=DNS:" + (commonName.isEmpty() ? "nobody" : commonName));
        run("x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
            + ".key -CAcreateserial -copy_extensions copy -days " + QByteArray::number(days) + " -out " + name
            + ".pem");
    }
    /// Whatever openssl can do, in the folder.
    void run(const QByteArray &arguments)
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral("openssl"), QString::fromLatin1(arguments).split(u' '));
        const bool isDone = process.waitForFinished(20'000) && process.exitCode() == 0;
        QVERIFY2(isDone, (arguments + '\n' + process.readAll()).constData());
    }

private:
    static inline const QByteArray newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    QTemporaryDir m_folder;
};

} // namespace pigeon::test
