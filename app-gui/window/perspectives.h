#pragma once

#include <QObject>
#include <QString>

#include <span>

namespace pigeon {

class MainWindow;

/// Arrangements of pages and docks for different work, each as its user has left it. GUI thread.
class Perspectives final : public QObject
{
    Q_OBJECT

public:
    explicit Perspectives(MainWindow &window);

    static int count();
    static QString nameOf(int perspective);
    int current() const { return m_current; }
    /// Keeps the arrangement of now under its name, and shows the other.
    void show(int perspective);
    /// All arrangements as they were at first.
    void reset();
    void save();
    /// The one of the last time.
    void restore();

private:
    void arrange(int perspective);
    void keep();
    void takeKept();
    static QString keyOf(int perspective);
    static QString awayKeyOf(int perspective);

    MainWindow &m_window;
    int m_current = 0;
};

} // namespace pigeon
