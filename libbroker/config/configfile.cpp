#include "config/configfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace pigeon {

namespace {

/// The content of a file, or a sentence that says why there is none.
QByteArray readAll(const QString &path, QString &problem)
{
    QFile file(path);
    if (QFileInfo(path).isDir())
        problem = QStringLiteral("%1 is a folder, not a configuration file.").arg(path);
    else if (!file.open(QIODevice::ReadOnly))
        problem = QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString());
    else if (file.size() > largestConfigFile)
        problem = QStringLiteral("%1 has %2 bytes, more than a configuration file may have (%3).")
                      .arg(path)
                      .arg(file.size())
                      .arg(largestConfigFile);
    if (!problem.isEmpty())
        return {};
    const QByteArray text = file.read(largestConfigFile);
    if (file.error() != QFileDevice::NoError)
        problem = QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString());
    return text;
}

bool isBefore(const QString &left, const QString &right)
{
    const QByteArray leftBytes = QFile::encodeName(left);
    const QByteArray rightBytes = QFile::encodeName(right);
    const int order = leftBytes.toLower().compare(rightBytes.toLower());
    return order != 0 ? order < 0 : leftBytes < rightBytes;
}

} // namespace

ConfigFolder readConfigFolder(const QString &folder)
{
    const QDir directory(folder);
    ConfigFolder found;
    if (!directory.exists() || !QFileInfo(folder).isReadable()) {
        found.problem
            = QStringLiteral("the folder %1 %2.")
                  .arg(quoted(folder),
                      directory.exists() ? QStringLiteral("cannot be read") : QStringLiteral("is not there"));
        return found;
    }
    QStringList names = directory.entryList(
        {QStringLiteral("?*.conf")}, QDir::Files | QDir::Hidden | QDir::CaseSensitive, QDir::NoSort);
    std::sort(names.begin(), names.end(), isBefore);
    for (const QString &name : names) {
        ConfigSource source{QDir(folder).filePath(name), {}};
        QString problem;
        source.text = readAll(source.name, problem);
        if (!problem.isEmpty())
            found.problem += (found.problem.isEmpty() ? QString() : QStringLiteral(" ")) + problem;
        found.files.push_back(std::move(source));
    }
    return found;
}

ParsedConfiguration readConfiguration(const QString &path, const Invocation &invocation)
{
    QString problem;
    const QByteArray text = readAll(path, problem);
    if (problem.isEmpty())
        return parseConfiguration({path, text}, invocation, readConfigFolder);
    ParsedConfiguration parsed;
    parsed.diagnostics.push_back({Diagnostic::Severity::Error, {}, problem});
    return parsed;
}

ParsedConfiguration defaultConfiguration(const Invocation &invocation)
{
    return parseConfiguration({}, invocation, readConfigFolder);
}

} // namespace pigeon
