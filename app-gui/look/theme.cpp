#include "look/theme.h"

#include "look/icons.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>

#include <array>

namespace pigeon {

namespace {

/// Fusion with some air beside what stands in cells and headers: a number on the right and a text on the left of the next
/// column must not look like one word.
class AiryFusion final : public QProxyStyle
{
public:
    AiryFusion()
        : QProxyStyle(QStringLiteral("Fusion"))
    {
    }
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override
    {
        const int usual = QProxyStyle::pixelMetric(metric, option, widget);
        const bool isBesideText = metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin;
        return isBesideText ? usual + (option ? option->fontMetrics.height() : 15) / 5 : usual;
    }
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *answer) const override
    {
        // Fusion's own icons are dark on every ground.
        return hint == SH_DialogButtonBox_ButtonsHaveIcons ? 0 : QProxyStyle::styleHint(hint, option, widget, answer);
    }
    QIcon standardIcon(StandardPixmap which, const QStyleOption *option, const QWidget *widget) const override
    {
        switch (which) {
        case SP_DockWidgetCloseButton:
        case SP_TitleBarCloseButton:
            return icon(QStringLiteral("clear"));
        case SP_TitleBarNormalButton:
            return icon(QStringLiteral("float"));
        default:
            return QProxyStyle::standardIcon(which, option, widget);
        }
    }
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override
    {
        if (element != CE_ToolBar || !isDark(option->palette)) {
            QProxyStyle::drawControl(element, option, painter, widget);
            return;
        }
        painter->fillRect(option->rect, option->palette.window());
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            toneBackground(Tone::Quiet, option->palette));
    }
    // On a dark ground Fusion's outline of what can be checked or typed into is darker still, and nobody sees it.
    void drawPrimitive(
        PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        const bool isField = element == PE_FrameLineEdit;
        const bool isIndicator = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton;
        const bool isSeenAnyhow = !isDark(option->palette) || option->state.testFlag(State_HasFocus);
        if (isSeenAnyhow || (!isIndicator && !isField))
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setBrush(Qt::NoBrush);
        const QColor strong = option->palette.color(QPalette::PlaceholderText);
        painter->setPen(isField ? toneBackground(Tone::Quiet, option->palette) : strong);
        const QRectF outline = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
        if (element == PE_IndicatorRadioButton)
            painter->drawEllipse(outline);
        else
            painter->drawRoundedRect(outline, 1.5, 1.5);
        painter->restore();
    }
};

/// The few colours that a palette is drawn from.
struct Shades
{
    QRgb window, base, alternate, text, button, edge, bright, disabled, highlight, highlightedText, link, tip, placeholder;
};

constexpr Shades lightShades{.window = 0xFFF3F4F6, .base = 0xFFFFFFFF, .alternate = 0xFFF7F8FA, .text = 0xFF1B1F24,
    .button = 0xFFF3F4F6, .edge = 0xFFFFFFFF, .bright = 0xFFFFFFFF, .disabled = 0xFF9097A1, .highlight = 0xFF2B6CB0,
    .highlightedText = 0xFFFFFFFF, .link = 0xFF1F5F9E, .tip = 0xFFFFFFFF, .placeholder = 0xFF767D88};
constexpr Shades darkShades{.window = 0xFF22262C, .base = 0xFF1A1D22, .alternate = 0xFF1F2329, .text = 0xFFE3E6EA,
    .button = 0xFF2B3038, .edge = 0xFF3A414B, .bright = 0xFFFFFFFF, .disabled = 0xFF6D7580, .highlight = 0xFF2F73B8,
    .highlightedText = 0xFFFFFFFF, .link = 0xFF7DB7F0, .tip = 0xFF2B3038, .placeholder = 0xFF8A929D};

QPalette paletteOf(const Shades &shades)
{
    QPalette palette{QColor(shades.button), QColor(shades.window)}; // works out bevels and shadows
    const std::pair<QPalette::ColorRole, QRgb> roles[] = {{QPalette::Base, shades.base},
        {QPalette::AlternateBase, shades.alternate}, {QPalette::WindowText, shades.text},
        {QPalette::Text, shades.text}, {QPalette::ButtonText, shades.text}, {QPalette::BrightText, shades.bright},
        {QPalette::Highlight, shades.highlight}, {QPalette::HighlightedText, shades.highlightedText},
        {QPalette::Link, shades.link}, {QPalette::LinkVisited, shades.link}, {QPalette::ToolTipBase, shades.tip},
        {QPalette::ToolTipText, shades.text}, {QPalette::PlaceholderText, shades.placeholder}};
    for (const auto &[role, colour] : roles)
        palette.setColor(role, QColor(colour));
    palette.setColor(QPalette::Light, QColor(shades.edge));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(shades.disabled));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(shades.disabled));
    return palette;
}

/// One meaning on light and on dark ground.
struct ToneShades
{
    QRgb onLight, onDark;
};

constexpr std::array<ToneShades, 5> tones{ToneShades{0xFF1A7F37, 0xFF57C272}, ToneShades{0xFF8A5A00, 0xFFE0A63C},
    ToneShades{0xFFC02F2A, 0xFFFF8078}, ToneShades{0xFF1F5F9E, 0xFF7DB7F0}, ToneShades{0xFF656D76, 0xFF9AA2AD}};

constexpr std::array<ToneShades, 6> series{ToneShades{0xFF2B6CB0, 0xFF69A8E8}, ToneShades{0xFFB35900, 0xFFF0A057},
    ToneShades{0xFF1A7F37, 0xFF57C272}, ToneShades{0xFF8250C4, 0xFFB996EE}, ToneShades{0xFFC02F2A, 0xFFFF8078},
    ToneShades{0xFF0E7C86, 0xFF4EC3CE}};

QColor shadeFor(const ToneShades &shades, const QPalette &palette)
{
    return QColor(isDark(palette) ? shades.onDark : shades.onLight);
}

} // namespace

void applyTheme(Theme theme)
{
    if (!dynamic_cast<AiryFusion *>(QApplication::style()))
        QApplication::setStyle(new AiryFusion);
    if (theme == Theme::System)
        QApplication::setPalette(isDark(QApplication::style()->standardPalette()) || isDark(QPalette())
                ? paletteOf(darkShades)
                : paletteOf(lightShades));
    else
        QApplication::setPalette(paletteOf(theme == Theme::Dark ? darkShades : lightShades));
}

bool isDark(const QPalette &palette) { return palette.color(QPalette::Window).lightness() < 128; }

QColor toneColor(Tone tone, const QPalette &palette) { return shadeFor(tones[static_cast<size_t>(tone)], palette); }

QColor toneBackground(Tone tone, const QPalette &palette)
{
    QColor wash = toneColor(tone, palette);
    wash.setAlphaF(isDark(palette) ? 0.22F : 0.12F);
    return wash;
}

QColor washedGround(Tone tone, const QPalette &palette, QPalette::ColorRole role)
{
    const QColor wash = toneBackground(tone, palette);
    const QColor ground = palette.color(role);
    const auto mixed = [share = wash.alphaF()](float over, float under) { return over * share + under * (1 - share); };
    return QColor::fromRgbF(mixed(wash.redF(), ground.redF()), mixed(wash.greenF(), ground.greenF()),
        mixed(wash.blueF(), ground.blueF()));
}

QColor seriesColor(int which, const QPalette &palette)
{
    return shadeFor(series[static_cast<size_t>(which) % series.size()], palette);
}

} // namespace pigeon
