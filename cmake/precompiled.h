#pragma once

// What nearly every file of the library includes anyway, read once.
#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QtGlobal>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>
