#include "filter/filtercompletion.h"
#include "filter/filterprogram.h"

#include <cstdlib>

using namespace pigeon;

namespace {

/// A row that has everything.
class FullRow : public FilterRow
{
public:
    explicit FullRow(QByteArrayView payload)
        : m_payload(payload)
    {
    }
    double number(FieldId) const override { return 1; }
    QByteArrayView text(FieldId field) const override
    {
        return field == FieldId::Payload ? m_payload : QByteArrayView("site/hall/temp");
    }
    quint32 nameOf(FieldId) const override { return noName; }

private:
    QByteArrayView m_payload;
};

} // namespace

// The first byte is the view, then comes the filter; behind a zero byte the payload that it is asked of. What completion
// offers, and where, must lie within the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView input(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size - 1));
    const auto view = static_cast<FilterView>(1 << (data[0] % 7));
    const qsizetype end = input.indexOf('\0');
    const QString text = QString::fromUtf8(end < 0 ? input : input.first(end));
    const CompiledFilter compiled = compileFilter(text, view);
    if (compiled.error && (compiled.error->position < 0 || compiled.error->position + compiled.error->length > text.size()))
        std::abort();
    if (compiled.program)
        FilterRun(compiled.program).passes(FullRow(end < 0 ? QByteArrayView() : input.sliced(end + 1)));
    const FilterCompletion completion = completeFilter(text, data[0] % (text.size() + 1), view, nullptr);
    if (completion.position < 0 || completion.position + completion.length > text.size())
        std::abort();
    return 0;
}
