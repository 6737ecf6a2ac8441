#include "look/ask.h"

#include <QMessageBox>

namespace pigeon {

bool ask(QWidget *parent, const QString &title, const QString &question)
{
    QMessageBox box(QMessageBox::Question, title, question, QMessageBox::Yes | QMessageBox::No, parent);
    box.setTextFormat(Qt::PlainText); // it would be taken for HTML where it looks like it
    return box.exec() == QMessageBox::Yes;
}

} // namespace pigeon
