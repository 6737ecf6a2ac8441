#pragma once

#include <QString>

namespace pigeon::test {

/// Tells when a store writes its log: a commit is under way then. Through inotify.
class CommitWatch
{
public:
    /// `folder`: where the store lies.
    explicit CommitWatch(const QString &folder);
    ~CommitWatch();
    CommitWatch(const CommitWatch &) = delete;

    int descriptor() const { return m_descriptor; }
    /// Whether it has written since the last call.
    bool hasWritten();

private:
    int m_descriptor;
};

} // namespace pigeon::test
