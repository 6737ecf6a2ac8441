#pragma once

#include <QtGlobal>

namespace pigeon {

/// Which end sent a packet; some packets, properties and reason codes may come from one of them only.
enum class Sender : quint8 { Client, Server };

} // namespace pigeon
