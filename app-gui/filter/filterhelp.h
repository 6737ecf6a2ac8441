#pragma once

#include "filter/filterfield.h"

namespace pigeon {

/// The page about the filter language, as rich text in the user's language: how filters are written, and the fields of
/// each view, drawn from their table.
QString filterHelpPage();
/// A filter as it may be typed in that view, to show what one looks like. Short; the same in all languages.
QString typicalFilter(FilterView view);

} // namespace pigeon
