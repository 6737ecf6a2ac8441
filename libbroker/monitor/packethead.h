#pragma once

#include "monitor/records.h"

#include <QByteArrayView>

namespace pigeon {

/// Fills in what a packet says of itself: type, flags, packet id, reason code (of several the worst); a CONNECT also says the
/// version. `bytes` may be cut anywhere and may be nonsense; then what is not there stays as it is. Pure.
void readPacketHead(QByteArrayView bytes, PacketRecord &record);
/// Where the password of a CONNECT lies: its place and its length in `bytes`, which may be cut; -1 and 0: it has none, or
/// it is no CONNECT. So that it is shown to nobody. Pure.
struct PasswordPlace
{
    qsizetype at = -1;
    qsizetype bytes = 0;
};
PasswordPlace passwordIn(QByteArrayView bytes);

} // namespace pigeon
