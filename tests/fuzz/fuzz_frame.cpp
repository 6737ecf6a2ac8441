#include "protocol/frame.h"

#include <cstdlib>

using namespace pigeon;

namespace {

constexpr quint32 maximumPacketBytes = 4096;
using Status = FrameCut::Status;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

bool isSame(const FrameCut &a, const FrameCut &b)
{
    return a.status == b.status && a.size == b.size && a.frame.firstByte == b.frame.firstByte
        && a.frame.body.data() == b.frame.body.data() && a.frame.body.size() == b.frame.body.size();
}

/// The first packet of `stream` as a connection sees it whose bytes come in pieces of `pieceBytes`.
FrameCut cutInPieces(QByteArrayView stream, qsizetype pieceBytes)
{
    FrameCut cut;
    qsizetype promised = 0;
    for (qsizetype here = 0; cut.status == Status::Incomplete && here <= stream.size(); here += pieceBytes) {
        cut = cutFrame(stream.first(here), maximumPacketBytes);
        require(promised == 0 || cut.size == promised); // a size once known does not change
        require(cut.status != Status::Incomplete || cut.size == 0 || cut.size > here);
        promised = cut.size;
    }
    return cut;
}

} // namespace

/// A stream whose packets are cut from the whole and from pieces: both must say the same. The first byte is the size
/// of a piece.
extern "C" int LLVMFuzzerTestOneInput(const quint8 *data, size_t size)
{
    if (size == 0)
        return 0;
    const qsizetype pieceBytes = 1 + data[0] % 16;
    QByteArrayView stream(data + 1, static_cast<qsizetype>(size - 1));
    while (true) {
        const FrameCut cut = cutFrame(stream, maximumPacketBytes);
        require(isSame(cut, cutAnyFrame(stream, maximumPacketBytes))); // the short way and the full one
        const FrameCut inPieces = cutInPieces(stream, pieceBytes);
        if (cut.status != Status::Complete)
            break;
        require(cut.size >= 2 && cut.size <= stream.size() && cut.size <= maximumPacketBytes);
        // The last piece may end within the next packet, so only what was cut is compared.
        require(inPieces.status != Status::Complete || isSame(cut, inPieces));
        require(inPieces.status != Status::Bad);
        stream = stream.sliced(cut.size);
    }
    return 0;
}
