#pragma once

#include "security/accesslist.h"
#include "security/passwordfile.h"

#include <QString>

#include <memory>

namespace pigeon {

/// Users and rights as their files say. A value, any thread.
struct Rights
{
    std::shared_ptr<const PasswordFile> users; ///< null = no password file
    std::shared_ptr<const AccessList> access; ///< null = no ACL file: everybody may
};

/// The content of a password or ACL file; `problem` becomes a sentence when it cannot be had. Blocks on the disk.
QByteArray readRightsFile(const QString &path, QString &problem);
/// Reads both files, each unless its path is empty. `problem`: all that is wrong, sentences with file and line; then the
/// rights are not to be used. Blocks on the disk.
Rights loadRights(const QString &passwordFile, const QString &aclFile, QString &problem);

} // namespace pigeon
