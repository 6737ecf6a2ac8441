#include "checkstore.h"

#include <pigeon/sqlitestore.h>

namespace pigeon {

QString storeReportText(const QString &file, bool &isSound)
{
    const StoreReport report = checkSqliteStore(file);
    isSound = report.isSound;
    QString text = report.isSound ? QStringLiteral("%1 is sound.\n").arg(file)
                                  : QStringLiteral("%1 is NOT sound:\n").arg(file);
    for (const QByteArray &problem : report.problems)
        text += QStringLiteral("  %1\n").arg(QString::fromUtf8(problem));
    if (report.isInUse)
        text += QStringLiteral("A broker has it open: the figures are those of one moment.\n");
    const struct
    {
        const char *name;
        quint64 value;
    } rows[] = {
        {"schema version", static_cast<quint64>(report.schemaVersion)},
        {"sessions", report.sessions},
        {"subscriptions", report.subscriptions},
        {"messages for clients", report.messages},
        {"deliveries queued", report.queuedDeliveries},
        {"deliveries under way", report.inFlightDeliveries},
        {"QoS 2 exchanges open", report.inboundIds},
        {"retained messages", report.retained},
        {"wills", report.wills},
        {"bytes on disk", report.fileBytes},
        {"bytes in use", report.liveBytes},
    };
    for (const auto &row : rows)
        text += QStringLiteral("  %1 %2\n").arg(QLatin1String(row.name), -22).arg(row.value);
    return text;
}

} // namespace pigeon
