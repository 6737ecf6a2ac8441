#pragma once

#include <QDialog>

namespace pigeon {

/// What this is, its version, its licence and what it stands on. GUI thread.
class AboutDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit AboutDialog(QWidget *parent);
};

} // namespace pigeon
