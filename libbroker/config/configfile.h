#pragma once

#include "config/parser.h"

namespace pigeon {

/// Largest configuration file that is read, bytes: who names a log or a database by mistake hears so at once.
constexpr qint64 largestConfigFile = 4 * 1024 * 1024;

/// Reads the configuration file `path` and what it includes; relative paths start at the working directory. Blocks on
/// the disk. Any thread.
ParsedConfiguration readConfiguration(const QString &path, const Invocation &invocation);
/// What holds without a file.
ParsedConfiguration defaultConfiguration(const Invocation &invocation);

/// The files *.conf of a folder, in mosquitto's order: by letters without their case, then A before a.
ConfigFolder readConfigFolder(const QString &folder);

} // namespace pigeon
