#pragma once

#include "config/parser.h"

#include <QString>

#include <optional>

/// The configuration of the broker inside as a file in mosquitto's syntax, the same that pigeond reads. Pure functions but
/// for the disk; any thread.
namespace pigeon::window {

/// One listener on `port` (0 = any free one), for this machine alone or for everybody who can reach it, and everybody is
/// let in.
Configuration quickConfiguration(quint16 port, bool isForNetwork);

/// Reads a file as pigeond would; relative paths in it begin at its folder's program, that is the working directory. `port`:
/// of -p, where the file does not say where to listen.
ParsedConfiguration openConfiguration(const QString &path, std::optional<quint16> port = {});
/// The same for text that is being edited; `name` stands for it in diagnostics.
ParsedConfiguration parseText(const QString &text, const QString &name, std::optional<quint16> port = {});
/// Writes `configuration` to `path`, the file as a whole or not at all. What is wrong, a sentence.
std::optional<QString> saveConfiguration(const Configuration &configuration, const QString &path);
/// The text that `saveConfiguration` writes.
QString configurationText(const Configuration &configuration);

/// "The address to type into a device": the addresses of this machine, those that other machines see first.
QStringList addressesOfThisMachine();
/// The first port from `wanted` on that nobody listens on at loopback; 0: none of the next hundred.
quint16 nextFreePort(quint16 wanted);

} // namespace pigeon::window
