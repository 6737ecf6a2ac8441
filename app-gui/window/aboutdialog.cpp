#include "window/aboutdialog.h"

#include "look/measure.h"

#include <pigeon/global.h>

#include <QApplication>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>

namespace pigeon {

AboutDialog::AboutDialog(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Pigeon"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *picture = new QLabel(this);
    picture->setPixmap(QApplication::windowIcon().pixmap(QSize(em(this, 5), em(this, 5)), devicePixelRatioF()));
    auto *name = new QLabel(tr("Pigeon %1").arg(QLatin1String(versionText)), this);
    QFont large = name->font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setBold(true);
    name->setFont(large);
    auto *text = new QLabel(tr("The MQTT broker you can see into: MQTT 3.1, 3.1.1 and 5.0.\n\n"
                               "Pigeon is free software under the MIT licence.\n"
                               "It uses Qt %1 under the LGPL, OpenSSL, SQLite and Argon2.")
                                .arg(QLatin1String(qVersion())),
        this);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton *aboutQt = buttons->addButton(tr("About &Qt"), QDialogButtonBox::HelpRole);
    connect(aboutQt, &QPushButton::clicked, qApp, &QApplication::aboutQt);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *words = new QVBoxLayout;
    words->addWidget(name);
    words->addWidget(text);
    words->addStretch(1);
    auto *row = new QHBoxLayout;
    row->setSpacing(em(this, 1));
    row->addWidget(picture, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    auto *column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(buttons);
    setMinimumWidth(em(this, 28));
}

} // namespace pigeon
