#include "look/banner.h"

#include "look/icons.h"
#include "look/measure.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTimer>
#include <QToolButton>

namespace pigeon {

namespace {

QString iconOf(Tone tone)
{
    switch (tone) {
    case Tone::Bad:
        return QStringLiteral("error");
    case Tone::Warning:
        return QStringLiteral("warning");
    case Tone::Good:
        return QStringLiteral("ok");
    default:
        return QStringLiteral("about");
    }
}

} // namespace

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_remedy(new QPushButton(this))
    , m_close(new QToolButton(this))
    , m_vanish(new QTimer(this))
{
    setObjectName(QStringLiteral("banner"));
    setAutoFillBackground(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setIcon(icon(QStringLiteral("clear")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close this message"));
    m_vanish->setSingleShot(true);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(em(this, 0.6), em(this, 0.3), em(this, 0.4), em(this, 0.3));
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_remedy);
    row->addWidget(m_close);

    connect(m_close, &QToolButton::clicked, this, &Banner::dismiss);
    connect(m_vanish, &QTimer::timeout, this, &Banner::dismiss);
    connect(m_remedy, &QPushButton::clicked, this, [this] {
        const std::function<void()> apply = m_apply; // it may say something new here
        dismiss();
        if (apply)
            apply();
    });
    hide();
}

void Banner::say(Tone tone, const QString &text, const QString &remedy, std::function<void()> apply,
    std::chrono::milliseconds vanish)
{
    m_tone = tone;
    m_apply = std::move(apply);
    m_text->setText(text);
    m_remedy->setText(remedy);
    m_remedy->setVisible(!remedy.isEmpty());
    setAccessibleName(text);
    tint();
    show();
    vanish.count() > 0 ? m_vanish->start(vanish) : m_vanish->stop();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Banner::dismiss()
{
    m_vanish->stop();
    m_apply = {};
    hide();
}

QString Banner::text() const { return isHidden() ? QString() : m_text->text(); }

void Banner::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QFrame::keyPressEvent(event);
}

void Banner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        tint();
}

void Banner::tint()
{
    QPalette own = parentWidget() ? parentWidget()->palette() : QPalette();
    own.setColor(QPalette::Window, washedGround(m_tone, own, QPalette::Window));
    setPalette(own);
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_icon->setPixmap(icon(iconOf(m_tone)).pixmap(QSize(size, size), devicePixelRatioF()));
}

} // namespace pigeon
