#pragma once

#include <QString>

#include <optional>

namespace pigeon {

/// The file that holds the number of the process while it runs.
class PidFile final
{
public:
    PidFile() = default;
    ~PidFile();
    PidFile(const PidFile &) = delete;
    PidFile &operator=(const PidFile &) = delete;

    /// Writes it; an empty path = none is wanted. What is wrong, a sentence, when that cannot be done.
    std::optional<QString> write(const QString &path);

private:
    QString m_path; // empty while there is none
};

} // namespace pigeon
