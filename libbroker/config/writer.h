#pragma once

#include "config/configuration.h"

#include <QString>

namespace pigeon {

/// `configuration` as a file that says the same: a line for each key whose value is not what holds without one, listeners
/// last. Comments, and which file said what, are not kept; a broker id that was made up is not written. Pure, any thread.
QString writtenConfiguration(const Configuration &configuration);

/// Why that text could not be written so that it is read again as it is: it has a line break, or another character that a
/// file may not have; empty: it can.
QString unwritablePart(const Configuration &configuration);

} // namespace pigeon
