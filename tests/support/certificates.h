#pragma once

#include <QDir>
#include <QFile>
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
        issueAs(name, commonName.isEmpty() ? "/O=nobody" : "/CN=" + commonName,
            "DNS:" + (commonName.isEmpty() ? "nobody" : commonName), authority, days);
    }
    /// The same with a subject and alternative names as openssl writes them.
    void issueAs(const QByteArray &name, const QByteArray &subject, const QByteArray &alternatives,
        const QByteArray &authority, int days = 10)
    {
        run("req -new -utf8 " + newKey + " -keyout " + name + ".key -out " + name + ".csr -subj " + subject
            + " -addext subjectAltName=" + alternatives);
        run("x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
            + ".key -CAcreateserial -copy_extensions copy -days " + QByteArray::number(days) + " -out " + name
            + ".pem");
    }
    /// A list of what `authority` has revoked, in `list`.crl; of the authority itself, not of a database.
    void revoke(const QByteArray &list, const QByteArray &authority, const QList<QByteArray> &revoked,
        const QByteArray &dates = "-crldays 10")
    {
        write("ca.cnf", "[ca]\ndefault_ca=a\n[a]\ndatabase=" + list + ".txt\ncrlnumber=" + list
                + ".number\ndefault_md=sha256\n");
        write(list + ".txt", "");
        write(list + ".number", "01\n");
        const QByteArray by = "ca -config ca.cnf -cert " + authority + ".pem -keyfile " + authority + ".key ";
        for (const QByteArray &name : revoked)
            run(by + "-revoke " + name + ".pem");
        run(by + "-gencrl " + dates + " -out " + list + ".crl");
    }
    void write(const QByteArray &name, const QByteArray &text)
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    /// Puts what is called `from` in the place of `to`, certificate and key.
    void replace(const QByteArray &to, const QByteArray &from)
    {
        for (const char *end : {".pem", ".key"}) {
            QFile file(m_folder.filePath(QString::fromLatin1(from + end)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            write(to + end, file.readAll());
        }
    }
    /// Whatever openssl can do, in the folder.
    void run(const QByteArray &arguments)
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral("openssl"), QString::fromUtf8(arguments).split(u' '));
        const bool isDone = process.waitForFinished(20'000) && process.exitCode() == 0;
        QVERIFY2(isDone, (arguments + '\n' + process.readAll()).constData());
    }

private:
    static inline const QByteArray newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    QTemporaryDir m_folder;
};

} // namespace pigeon::test
