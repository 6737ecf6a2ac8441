#include "passwordinput.h"

#include <cstdio>
#include <optional>
#include <termios.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr qsizetype longestPassword = 65'535; // of a CONNECT

/// The terminal shows nothing of what is typed while it lives. It passes Ctrl-C on as a byte: a signal would end the
/// process and leave the terminal mute.
class MuteTerminal
{
public:
    MuteTerminal()
    {
        ::tcgetattr(STDIN_FILENO, &m_before);
        termios mute = m_before;
        mute.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &mute);
    }
    ~MuteTerminal()
    {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
        std::fputc('\n', stderr);
    }
    MuteTerminal(const MuteTerminal &) = delete;
    MuteTerminal &operator=(const MuteTerminal &) = delete;

private:
    termios m_before = {};
};

/// The next line of standard input without its end; nothing when there is none, or a byte that cannot be typed on
/// purpose.
std::optional<QByteArray> readLine()
{
    QByteArray line;
    int byte = std::fgetc(stdin);
    if (byte == EOF)
        return std::nullopt;
    for (; byte != EOF && byte != '\n' && line.size() <= longestPassword; byte = std::fgetc(stdin))
        line.append(static_cast<char>(byte));
    constexpr char interrupt = '\x03';
    return line.contains(interrupt) ? std::nullopt : std::optional(line);
}

std::optional<QByteArray> ask(const char *prompt)
{
    const MuteTerminal mute; // before the prompt: who answers at once is not shown either
    std::fputs(prompt, stderr);
    return readLine();
}

TypedPassword checked(const std::optional<QByteArray> &typed)
{
    if (!typed)
        return {{}, QStringLiteral("no password was given.")};
    if (typed->isEmpty())
        return {{}, QStringLiteral("the password is empty: anybody could have it.")};
    if (typed->size() > longestPassword)
        return {{}, QStringLiteral("the password is longer than MQTT can carry (65535 bytes).")};
    return {*typed, {}};
}

} // namespace

TypedPassword readPassword()
{
    if (!::isatty(STDIN_FILENO))
        return checked(readLine());
    TypedPassword first = checked(ask("Password: "));
    if (first.problem.isEmpty() && ask("The same again: ") != first.password)
        first.problem = QStringLiteral("the two passwords differ.");
    return first;
}

} // namespace pigeon
