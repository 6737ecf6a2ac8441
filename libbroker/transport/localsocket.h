#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace pigeon {

/// A listening socket in the file system; the file goes with it. Never blocks. Knows no connections; the system calls
/// of its kind are all here.
class LocalSocket
{
public:
    LocalSocket() = default;
    ~LocalSocket() { close(); }
    LocalSocket(const LocalSocket &) = delete;
    LocalSocket &operator=(const LocalSocket &) = delete;

    /// Nothing when it listens, otherwise a sentence that says what failed and what to do.
    std::optional<QString> listen(const QString &path, quint32 mode);
    /// A socket that listens already; the file is not ours to remove.
    void takeOver(const QString &path, qintptr socket);
    /// The file of `other`, which listens at the same one, is ours from now on and not its own.
    void inherit(LocalSocket &other);
    /// Removes the file, if it still is ours.
    void close();
    qintptr descriptor() const { return m_descriptor; }

private:
    std::optional<QString> bind(quint32 mode);
    bool removeStale() const;

    int m_descriptor = -1;
    QByteArray m_path;
    quint64 m_device = 0; // which file is ours
    quint64 m_inode = 0;
};

} // namespace pigeon
