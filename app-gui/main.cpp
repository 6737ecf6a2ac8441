#include "look/theme.h"
#include "window/mainwindow.h"
#include "window/preferences.h"
#include "window/programline.h"

#include <QApplication>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include <cstdio>

namespace {

enum ExitCode { Clean = 0, WrongCommandLine = 2 };

void print(FILE *to, const QString &text)
{
    std::fputs(qPrintable(text), to);
    std::fflush(to);
}

/// What is said and done without a window, nothing when there is to be one. Needs no display.
std::optional<int> answerWithoutWindow(const pigeon::ProgramLine &line)
{
    using Action = pigeon::ProgramLine::Action;
    switch (line.action) {
    case Action::ShowHelp:
        print(stdout, pigeon::programHelp());
        return Clean;
    case Action::ShowVersion:
        print(stdout, pigeon::programVersion());
        return Clean;
    case Action::Refuse:
        print(stderr, QStringLiteral("pigeon: %1 See pigeon --help.\n").arg(line.problem));
        return WrongCommandLine;
    case Action::Run:
        break;
    }
    return std::nullopt;
}

QStringList argumentsOf(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    return arguments;
}

/// Loads what there is of the user's language: ours, and Qt's for its own buttons and dialogs.
void installTranslations(QApplication &application, const QString &language)
{
    const QLocale locale = language.isEmpty() ? QLocale() : QLocale(language);
    QLocale::setDefault(locale);
    const std::pair<QString, QString> files[] = {
        {QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)},
        {QStringLiteral("pigeon"), QStringLiteral(":/i18n")}};
    for (const auto &[name, folder] : files) {
        auto *translator = new QTranslator(&application);
        if (translator->load(locale, name, QStringLiteral("_"), folder))
            QApplication::installTranslator(translator);
    }
}

} // namespace

int main(int argc, char *argv[])
{
    // Asking for help needs no display, which an application of Qt's would.
    const QStringList asked = argumentsOf(argc, argv);
    if (asked.size() == 1) {
        if (const std::optional<int> code = answerWithoutWindow(pigeon::parseProgramLine(asked)))
            return *code;
    }
    QApplication application(argc, argv); // takes out what is Qt's
    QApplication::setApplicationName(QStringLiteral("pigeon"));
    QApplication::setApplicationDisplayName(QStringLiteral("Pigeon"));
    QApplication::setDesktopFileName(QStringLiteral("pigeon"));
    const pigeon::ProgramLine line = pigeon::parseProgramLine(QApplication::arguments().mid(1));
    if (const std::optional<int> code = answerWithoutWindow(line))
        return *code;

    pigeon::Preferences preferences;
    installTranslations(application, preferences.language());
    pigeon::applyTheme(preferences.theme());
    pigeon::Workbench workbench(preferences);
    pigeon::MainWindow window(workbench, preferences);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/pigeon.svg")));
    window.show();
    window.begin(line);
    return QApplication::exec();
}
