#include "features.h"

#include <pigeon/global.h>

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSslSocket>
#include <QVariant>

#include <gnu/libc-version.h>

namespace pigeon {

namespace {

QString sqliteVersion()
{
    const QString name = QStringLiteral("version");
    QString version;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(QStringLiteral(":memory:"));
        if (database.open()) {
            QSqlQuery query(QStringLiteral("SELECT sqlite_version()"), database);
            if (query.next())
                version = query.value(0).toString();
        }
    }
    QSqlDatabase::removeDatabase(name);
    return version.isEmpty() ? QStringLiteral("missing: there is no persistence (libqt6sql6-sqlite)") : version;
}

QString tlsVersion()
{
    return QSslSocket::supportsSsl() ? QStringLiteral("%1 (built with %2)")
                                           .arg(QSslSocket::sslLibraryVersionString(), QSslSocket::sslLibraryBuildVersionString())
                                     : QStringLiteral("missing: there is no TLS");
}

} // namespace

QString versionPage()
{
    const struct
    {
        const char *name;
        QString value;
    } rows[] = {
        {"MQTT", QStringLiteral("3.1, 3.1.1, 5.0")},
        {"Listeners", QStringLiteral("TCP, TLS 1.2 and 1.3, WebSocket, WebSocket over TLS, local sockets")},
        {"TLS", QStringLiteral("client certificates, revocation lists, pre-shared keys, renewal while running")},
        {"Proxies", QStringLiteral("PROXY protocol 1 and 2, X-Forwarded-For")},
        {"Users", QStringLiteral("password files (Argon2id, PBKDF2, SHA-512), SCRAM-SHA-256, certificates, ACL files")},
        {"Store", QStringLiteral("memory, SQLite")},
        {"Service", QStringLiteral("systemd (notify, watchdog, sockets), syslog, JSON log")},
        {"Qt", QStringLiteral("%1 (built with %2)").arg(QLatin1String(qVersion()), QLatin1String(QT_VERSION_STR))},
        {"TLS library", tlsVersion()},
        {"SQLite", sqliteVersion()},
        {"C library", QLatin1String(gnu_get_libc_version())},
    };
    QString page = QStringLiteral("pigeond %1\n").arg(QLatin1String(versionText));
    for (const auto &row : rows)
        page += QStringLiteral("  %1 %2\n").arg(QLatin1String(row.name), -12).arg(row.value);
    return page;
}

} // namespace pigeon
