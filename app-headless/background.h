#pragma once

namespace pigeon {

/// The background of -d: a process of its own without a terminal. Who started pigeond waits until the broker listens and
/// then gets 0; when it could not start, its sentences and its exit code.
class Background final
{
public:
    /// Returns in the new process only. To be called before QCoreApplication and any thread. Ends the program with 1 when
    /// there can be no new process.
    static Background enter();

    Background(Background &&other) noexcept;
    ~Background();
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;
    Background &operator=(Background &&) = delete;

    /// Lets the starter go and the terminal with it: from here on standard input and output lead nowhere.
    void tellReady();

private:
    explicit Background(int starter)
        : m_starter(starter)
    {
    }

    int m_starter = -1; // the end of a pipe that the starter waits at
};

} // namespace pigeon
