#pragma once

#include "filter/filterexpression.h"

#include <optional>
#include <variant>

namespace pigeon {

/// Why a text is no filter.
struct FilterError
{
    qsizetype position = 0; ///< of what is wrong, in QChars
    qsizetype length = 0; ///< 0 at the end of the text
    QString sentence; ///< what is wrong and what to do
};

/// Longer texts are no filters: nobody types them, and they bound the depth of what comes out.
inline constexpr qsizetype maximumFilterLength = 10'000;

/// Reads a filter for one view. An empty text is an And of nothing: every row passes. Pure.
std::variant<FilterNode, FilterError> parseFilter(QStringView text, FilterView view);

} // namespace pigeon
