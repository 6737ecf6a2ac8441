// The text of a configuration file: whatever is in it, a line of it is told or is in force, and nothing forges a line of
// the log.

#include "config/parser.h"
#include "config/reference.h"

#include <cstdlib>

using namespace pigeon;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

bool isOneLine(const QString &text)
{
    return std::all_of(text.begin(), text.end(),
        [](QChar character) { return character.isPrint() || character.isSurrogate(); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    // The folder that a file includes holds the same file: it must not include itself for ever.
    const ReadConfigFolder sameAgain
        = [&text](const QString &) { return ConfigFolder{{{QStringLiteral("b.conf"), text}}, {}}; };
    const Invocation invocation;
    const ParsedConfiguration parsed = parseConfiguration({QStringLiteral("a.conf"), text}, invocation, sameAgain);
    for (const Diagnostic &each : parsed.diagnostics)
        require(isOneLine(each.line()));
    require(!parsed.configuration.listeners.empty());
    if (!hasErrors(parsed.diagnostics)) {
        require(parsed.configuration.broker.problems().isEmpty());
        require(!configurationInForce(parsed.configuration, invocation).isEmpty());
    }
    return 0;
}
