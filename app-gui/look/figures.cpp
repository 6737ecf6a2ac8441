#include "look/figures.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

/// For tr outside of a QObject.
struct FigureText
{
    Q_DECLARE_TR_FUNCTIONS(FigureText)
};

/// Three digits that count: 4.23, 42.3, 423.
QString threeDigits(double number)
{
    const int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    QString text = QLocale().toString(number, 'f', decimals);
    return text;
}

} // namespace

QString countText(quint64 count) { return QLocale().toString(count); }

QString countOrNothing(quint64 count) { return count == 0 ? QString() : countText(count); }

QString shortCountText(double count)
{
    if (count < 0.05)
        return QStringLiteral("0");
    if (count < 10)
        return QLocale().toString(count, 'f', count == std::floor(count) ? 0 : 1);
    if (count < 999.5)
        return QLocale().toString(count, 'f', 0);
    if (count < 999'500)
        return threeDigits(count / 1e3) + u'k';
    return threeDigits(count / 1e6) + u'M';
}

QString rateOrNothing(double perSecond) { return perSecond < 0.05 ? QString() : shortCountText(perSecond); }

QString bytesText(quint64 bytes)
{
    static constexpr std::array units{"B", "KB", "MB", "GB", "TB"};
    double number = static_cast<double>(bytes);
    size_t unit = 0;
    while (number >= 1023.5 && unit + 1 < units.size()) {
        number /= 1024;
        ++unit;
    }
    const QString text = unit == 0 ? QLocale().toString(bytes) : threeDigits(number);
    return text + QChar(QChar::Nbsp) + QLatin1String(units[unit]);
}

QString latencyText(std::chrono::nanoseconds time)
{
    const double count = static_cast<double>(time.count());
    if (time < 1us)
        return QStringLiteral("<\u00A01\u00A0\u00B5s");
    if (time < 1ms)
        return threeDigits(count / 1e3) + QStringLiteral("\u00A0\u00B5s");
    if (time < 1s)
        return threeDigits(count / 1e6) + QStringLiteral("\u00A0ms");
    return threeDigits(count / 1e9) + QStringLiteral("\u00A0s");
}

QString latencyOrNothing(std::chrono::nanoseconds time) { return time < 0ns ? QString() : latencyText(time); }

QString ageText(std::chrono::seconds age)
{
    const auto count = std::max<qint64>(age.count(), 0);
    if (count < 60)
        return FigureText::tr("%1 s").arg(count);
    if (count < 3600)
        return FigureText::tr("%1 min %2 s").arg(count / 60).arg(count % 60);
    if (count < 86'400)
        return FigureText::tr("%1 h %2 min").arg(count / 3600).arg(count / 60 % 60);
    return FigureText::tr("%1 d %2 h").arg(count / 86'400).arg(count / 3600 % 24);
}

QString timeText(qint64 when, qint64 before, TimeForm form)
{
    if (form == TimeForm::SinceRowBefore)
        return before == 0 ? QString() : u'+' + latencyText(std::chrono::nanoseconds(std::max<qint64>(when - before, 0)));
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(when / 1'000'000);
    return form == TimeForm::Iso ? time.toUTC().toString(Qt::ISODateWithMs) : time.time().toString(QStringLiteral("HH:mm:ss.zzz"));
}

} // namespace pigeon
