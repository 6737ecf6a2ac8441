#include "payload/jsonruns.h"

namespace pigeon {

namespace {

qsizetype endOfText(QStringView line, qsizetype begin)
{
    for (qsizetype at = begin + 1; at < line.size(); ++at) {
        if (line[at] == u'"')
            return at + 1;
        if (line[at] == u'\\')
            ++at;
    }
    return line.size();
}

bool isOfWord(QChar c) { return c.isLetterOrNumber() || c == u'-' || c == u'+' || c == u'.'; }

} // namespace

std::vector<JsonRun> jsonRuns(QStringView line)
{
    std::vector<JsonRun> runs;
    for (qsizetype at = 0; at < line.size();) {
        const qsizetype begin = at;
        if (line[at] == u'"') {
            at = endOfText(line, begin);
            const bool isKey = at < line.size() && line[at] == u':';
            runs.push_back({isKey ? JsonRun::Kind::Key : JsonRun::Kind::Text, begin, at - begin});
        } else if (isOfWord(line[at])) {
            while (at < line.size() && isOfWord(line[at]))
                ++at;
            const bool isNumber = line[begin].isDigit() || line[begin] == u'-';
            runs.push_back({isNumber ? JsonRun::Kind::Number : JsonRun::Kind::Word, begin, at - begin});
        } else {
            ++at;
        }
    }
    return runs;
}

} // namespace pigeon
