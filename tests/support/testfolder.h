#pragma once

#include <QFile>
#include <QTemporaryDir>

namespace pigeon::test {

/// Makes or replaces a file in a folder of the test; returns its path.
inline QString writeFile(const QTemporaryDir &folder, const QString &name, const QByteArray &text)
{
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return file.fileName();
}

} // namespace pigeon::test
