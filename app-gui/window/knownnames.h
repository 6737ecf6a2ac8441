#pragma once

#include "capture/capture.h"
#include "filter/filtercompletion.h"

namespace pigeon {

/// Names that completion offers: topics and client ids that the window has seen, and members of JSON in the last payloads.
/// GUI thread; the capture must outlive it.
class KnownNames final : public FilterNames
{
public:
    explicit KnownNames(const Capture &capture)
        : m_capture(capture)
    {
    }
    QStringList namesFor(FieldId field, const QString &prefix, int most) const override;

private:
    QStringList jsonPaths(const QString &prefix, int most) const;

    const Capture &m_capture;
};

} // namespace pigeon
