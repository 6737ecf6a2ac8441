#pragma once

class QString;
class QWidget;

namespace pigeon {

/// Asks whether to go on; what clients have named may be in `question`, which is shown as plain text. True: yes. GUI thread.
bool ask(QWidget *parent, const QString &title, const QString &question);

} // namespace pigeon
