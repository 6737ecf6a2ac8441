#pragma once

#include "config/configuration.h"
#include "config/diagnostic.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <vector>

namespace pigeon {

/// A configuration file that was read.
struct ConfigSource
{
    QString name; ///< as diagnostics name it
    QByteArray text;
};

/// What a folder named by include_dir holds, in the order in which it is to be read.
struct ConfigFolder
{
    std::vector<ConfigSource> files;
    QString problem; ///< why the folder, or a file in it, cannot be read; empty when all is well
};
using ReadConfigFolder = std::function<ConfigFolder(const QString &folder)>;

/// What a configuration says and all that is to be said of it. Not to be used when a diagnostic is an error.
struct ParsedConfiguration
{
    Configuration configuration;
    Diagnostics diagnostics;
};

/// Reads a configuration in mosquitto's syntax: a key and its value a line, # for comments. Finds all problems, not the
/// first. A pure function but for `readFolder`, which is asked for the folders that include_dir names. Any thread.
ParsedConfiguration parseConfiguration(const ConfigSource &main, const Invocation &invocation,
    const ReadConfigFolder &readFolder);

} // namespace pigeon
