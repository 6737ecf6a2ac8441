#include "passwd.h"

#include "passwordinput.h"

#include <pigeon/users.h>

#include <QFileInfo>

namespace pigeon {

namespace {

const char helpOfPasswd[] =
    "pigeond passwd, the users of a password_file\n\n"
    "Usage: pigeond passwd [-c] [--scram] FILE USER            give USER a password, which is asked for\n"
    "       pigeond passwd [-c] [--scram] -b FILE USER PASSWORD\n"
    "       pigeond passwd -D FILE USER                        take USER out\n\n"
    "  -c   begin a new file: one that is there is replaced\n"
    "  -b   the password is on the command line, where other users of this machine can see it\n"
    "  -D   take the user out\n"
    "  --scram\n"
    "       a line for SCRAM-SHA-256 as well: a client of MQTT 5 proves with it that it knows the password and\n"
    "       does not send it. Who has such a line keeps one\n"
    "  -h   show this and exit\n\n"
    "Where standard input is no terminal, its first line is the password. Passwords are kept as Argon2id, and\n"
    "files that mosquitto_passwd made can be changed.\n";

/// What the command line says.
struct PasswdLine
{
    bool isNewFile = false;
    bool isRemoval = false;
    bool isPasswordGiven = false;
    bool isScram = false;
    bool isHelp = false;
    QString unknown; // an option that is none
    QStringList words; // file, user, password
};

PasswdLine parse(const QStringList &arguments)
{
    PasswdLine line;
    for (const QString &each : arguments) {
        if (each == u"-c")
            line.isNewFile = true;
        else if (each == u"-D")
            line.isRemoval = true;
        else if (each == u"-b")
            line.isPasswordGiven = true;
        else if (each == u"--scram" && line.words.isEmpty())
            line.isScram = true;
        else if (each == u"-h" || each == u"--help")
            line.isHelp = true;
        else if (each.startsWith(u'-') && line.words.isEmpty()) // a user or a password may begin so
            line.unknown = each;
        else
            line.words.append(each);
    }
    return line;
}

QString usageProblem(const PasswdLine &line)
{
    const qsizetype wanted = line.isPasswordGiven ? 3 : 2;
    if (!line.unknown.isEmpty())
        return QStringLiteral("\"%1\" is not an option.").arg(line.unknown);
    if (line.isRemoval && (line.isNewFile || line.isPasswordGiven || line.isScram))
        return QStringLiteral("-D goes without -c, -b and --scram.");
    if (line.words.size() == 3 && !line.isPasswordGiven)
        return QStringLiteral("a password on the command line can be seen by others: leave it out and it is asked for, "
                              "or say -b.");
    if (line.words.size() != wanted)
        return line.isPasswordGiven ? QStringLiteral("-b needs a file, a user and a password.")
                                    : QStringLiteral("a file and a user are needed.");
    return {};
}

QString changed(const PasswdLine &line)
{
    const QString &file = line.words[0];
    const QByteArray user = line.words[1].toUtf8();
    if (line.isRemoval)
        return removePassword(file, user).value_or(QString());
    const auto mode = line.isNewFile ? PasswordFileMode::Replace : PasswordFileMode::Change;
    // As mosquitto_passwd does: who mistypes the name of a file hears so instead of making another one.
    if (!line.isNewFile && !QFileInfo::exists(file))
        return QStringLiteral("%1 is not there: -c makes it.").arg(file);
    const TypedPassword typed
        = line.isPasswordGiven ? TypedPassword{line.words[2].toUtf8(), {}} : readPassword();
    if (!typed.problem.isEmpty())
        return typed.problem;
    const auto scram = line.isScram ? ScramLine::Written : ScramLine::AsBefore;
    return writePassword(file, user, typed.password, mode, scram).value_or(QString());
}

} // namespace

PasswdOutcome passwd(const QStringList &arguments)
{
    const PasswdLine line = parse(arguments);
    if (line.isHelp)
        return {QLatin1String(helpOfPasswd), {}, false};
    const QString problem = usageProblem(line);
    if (!problem.isEmpty())
        return {{}, problem + QStringLiteral(" See pigeond passwd --help."), true};
    return {{}, changed(line), false};
}

} // namespace pigeon
