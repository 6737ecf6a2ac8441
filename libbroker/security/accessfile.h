#pragma once

#include "security/accesslist.h"
#include "security/fileproblem.h"

namespace pigeon {

/// Reads the text of an ACL file in mosquitto's form, a rule a line:
///
///     topic [read|write|readwrite|deny] FILTER      for the user named above it; before the first one for clients
///                                                   without a user
///     user NAME
///     pattern [read|write|readwrite|deny] FILTER    for everybody; %c and %u are the client id and the user
///     # a comment
///
/// An empty text allows nothing. All problems are told, and with one the list is not to be used. A pure function.
AccessList parseAccessList(const QByteArray &text, FileProblems &problems);

/// The word for it in such a file.
const char *wordOf(AccessKind kind);

} // namespace pigeon
