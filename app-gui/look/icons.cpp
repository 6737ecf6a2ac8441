#include "look/icons.h"

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

static void initializeIconResources() { Q_INIT_RESOURCE(icons); } // a macro that must stand outside of a namespace

namespace pigeon {

namespace {

const QString folder = QStringLiteral(":/icons/window/");

QByteArray drawing(const QString &name)
{
    static const bool isThere = (initializeIconResources(), true);
    Q_UNUSED(isThere)
    QFile file(folder + name + QStringLiteral(".svg"));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(isOpen, "icon", qPrintable(name));
    return isOpen ? file.readAll() : QByteArray();
}

QColor strokeOf(QIcon::Mode mode)
{
    const QPalette palette = QGuiApplication::palette();
    switch (mode) {
    case QIcon::Disabled:
        return palette.color(QPalette::Disabled, QPalette::ButtonText);
    case QIcon::Selected:
        return palette.color(QPalette::HighlightedText);
    default:
        return palette.color(QPalette::ButtonText);
    }
}

/// Draws one SVG whose strokes are "currentColor".
class TintedSvg final : public QIconEngine
{
public:
    explicit TintedSvg(QString name)
        : m_name(std::move(name))
        , m_svg(drawing(m_name))
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    // `size` is in device pixels, as QIcon asks for it.
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        const QByteArray colour = strokeOf(mode).name(QColor::HexRgb).toLatin1();
        const QString key = QStringLiteral("pigeon/%1/%2x%3/%4")
                                .arg(m_name).arg(size.width()).arg(size.height()).arg(QLatin1String(colour));
        QPixmap pixmap;
        if (!QPixmapCache::find(key, &pixmap)) {
            pixmap = drawn(size, colour);
            QPixmapCache::insert(key, pixmap);
        }
        return pixmap;
    }
    QString iconName() override { return m_name; }
    bool isNull() override { return m_svg.isEmpty(); }
    QIconEngine *clone() const override { return new TintedSvg(*this); }

private:
    QPixmap drawn(const QSize &size, const QByteArray &colour) const
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QSvgRenderer renderer(QByteArray(m_svg).replace("currentColor", colour));
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(QPointF(), QSizeF(size)));
        return pixmap;
    }

    QString m_name;
    QByteArray m_svg;
};

} // namespace

QIcon icon(const QString &name) { return QIcon(new TintedSvg(name)); }

QStringList iconNames()
{
    initializeIconResources();
    QStringList names = QDir(folder).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name);
    for (QString &name : names)
        name.chop(4);
    return names;
}

} // namespace pigeon
