#include "config/configlines.h"

#include <QStringDecoder>

#include <algorithm>

namespace pigeon {

namespace {

/// The line as text, or what is wrong with it.
QString decodeLine(const QByteArray &bytes, QString &problem)
{
    if (bytes.size() > longestConfigLine) {
        problem
            = QStringLiteral("the line has %1 bytes, more than the %2 that a line may have: is this a configuration "
                             "file?")
                  .arg(bytes.size())
                  .arg(longestConfigLine);
        return {};
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(bytes);
    if (decoder.hasError()) {
        problem = QStringLiteral("the line is not UTF-8: save the file in that encoding.");
        return {};
    }
    const auto isStrange
        = [](QChar character) { return character.category() == QChar::Other_Control && character != u'\t'; };
    if (std::any_of(text.begin(), text.end(), isStrange)) {
        problem = QStringLiteral("the line has a control character in it: is this a text file?");
        return {};
    }
    return text;
}

bool isSpace(QChar character)
{
    return character == u' ' || character == u'\t';
}

ConfigLine split(int number, const QString &text)
{
    const auto space = std::find_if(text.begin(), text.end(), isSpace);
    const qsizetype end = space - text.begin();
    return {number, text.left(end), text.mid(end).trimmed()};
}

} // namespace

std::vector<ConfigLine> configLines(const QByteArray &text, const QString &file, Diagnostics &diagnostics)
{
    std::vector<ConfigLine> lines;
    const QByteArray byteOrderMark("\xEF\xBB\xBF");
    qsizetype begin = text.startsWith(byteOrderMark) ? byteOrderMark.size() : 0;
    for (int number = 1; begin < text.size(); ++number) {
        const qsizetype found = text.indexOf('\n', begin);
        const qsizetype end = found < 0 ? text.size() : found;
        const QByteArray bytes = text.mid(begin, end - begin).trimmed();
        begin = end + 1;
        if (bytes.isEmpty() || bytes.startsWith('#'))
            continue; // comments may be in any encoding
        QString problem;
        const QString line = decodeLine(bytes, problem);
        if (problem.isEmpty())
            lines.push_back(split(number, line));
        else
            diagnostics.push_back({Diagnostic::Severity::Error, {file, number}, problem});
    }
    return lines;
}

} // namespace pigeon
