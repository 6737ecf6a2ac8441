#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace pigeon {

/// What is wrong with a line of a password or ACL file. One such line refuses the whole file: half of the rules, or a
/// user without a password, would let in whom the operator meant to keep out.
struct FileProblem
{
    int line = 0; ///< from 1; 0 = the file itself
    QString text; ///< a sentence: what and what to do
};
using FileProblems = std::vector<FileProblem>;

/// A piece of a file as it may be shown: what steers a terminal or breaks a line of a log becomes a question mark.
inline QString shownPiece(const QByteArray &piece)
{
    QString text = QString::fromUtf8(piece);
    for (QChar &each : text) {
        if (!each.isPrint() && !each.isSurrogate())
            each = u'?';
    }
    return text;
}

/// "acl.txt:12: ..." for each, with a space between them.
inline QString problemsText(const QString &file, const FileProblems &problems)
{
    QString text;
    for (const FileProblem &each : problems) {
        const QString place = each.line > 0 ? QStringLiteral("%1:%2: ").arg(file).arg(each.line)
                                            : QStringLiteral("%1: ").arg(file);
        text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + place + each.text;
    }
    return text;
}

} // namespace pigeon
