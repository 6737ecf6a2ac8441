#include "look/theme.h"
#include "window/mainwindow.h"
#include "window/preferences.h"
#include "window/programline.h"
#include "window/quitsignals.h"

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
    // What the others do not know: the source has no plurals.
    auto *plurals = new QTranslator(&application);
    if (plurals->load(QStringLiteral(":/i18n/pigeon_en.qm")))
        QApplication::installTranslator(plurals);
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
    const pigeon::QuitSignals signalsOfTheSystem;
    QObject::connect(&signalsOfTheSystem, &pigeon::QuitSignals::quitRequested, &window, [&window] {
        window.close(); // keeps what there is to keep
        QCoreApplication::exit(Clean); // and nobody is asked: no one may be there
    });
    window.show();
    window.begin(line);
    return QApplication::exec();
}
