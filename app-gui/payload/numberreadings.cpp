#include "payload/numberreadings.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QtEndian>

#include <bit>
#include <cmath>

namespace pigeon {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(NumberReadings)
};

template <typename Number>
QString said(Number number)
{
    if constexpr (std::is_floating_point_v<Number>)
        return QString::number(static_cast<double>(number), 'g', std::numeric_limits<Number>::max_digits10 - 1);
    else
        return QString::number(number);
}

template <typename Number, typename Say>
NumberReading reading(const QString &kind, QByteArrayView bytes, Say say)
{
    if (bytes.size() < static_cast<qsizetype>(sizeof(Number)))
        return {kind, {}, {}};
    return {kind, say(qFromLittleEndian<Number>(bytes.data())), say(qFromBigEndian<Number>(bytes.data()))};
}
template <typename Number>
NumberReading reading(const QString &kind, QByteArrayView bytes)
{
    return reading<Number>(kind, bytes, &said<Number>);
}

/// A moment of these years at most, or nothing: other numbers are no times.
QString momentText(double milliseconds)
{
    constexpr double year2100 = 4'102'444'800'000;
    if (milliseconds <= 0 || milliseconds > year2100)
        return {};
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(milliseconds), Qt::UTC).toString(Qt::ISODateWithMs);
}

} // namespace

std::vector<NumberReading> numbersAt(QByteArrayView all, qsizetype position)
{
    const QByteArrayView bytes = position < all.size() ? all.sliced(position) : QByteArrayView();
    std::vector<NumberReading> readings = {
        reading<qint8>(Texts::tr("8 bit"), bytes), reading<quint8>(Texts::tr("8 bit unsigned"), bytes),
        reading<qint16>(Texts::tr("16 bit"), bytes), reading<quint16>(Texts::tr("16 bit unsigned"), bytes),
        reading<qint32>(Texts::tr("32 bit"), bytes), reading<quint32>(Texts::tr("32 bit unsigned"), bytes),
        reading<qint64>(Texts::tr("64 bit"), bytes), reading<quint64>(Texts::tr("64 bit unsigned"), bytes),
        reading<quint32>(Texts::tr("32 bit floating point"), bytes, [](quint32 bits) { return said(std::bit_cast<float>(bits)); }),
        reading<quint64>(Texts::tr("64 bit floating point"), bytes, [](quint64 bits) { return said(std::bit_cast<double>(bits)); }),
        reading<quint32>(Texts::tr("32 bit seconds since 1970"), bytes, [](quint32 seconds) { return momentText(seconds * 1000.0); }),
        reading<quint64>(Texts::tr("64 bit milliseconds since 1970"), bytes,
            [](quint64 milliseconds) { return momentText(static_cast<double>(milliseconds)); }),
    };
    return readings;
}

} // namespace pigeon
