#include "payload/binaryreaders.h"
#include "payload/jsonreader.h"
#include "payload/packetfields.h"
#include "payload/visibletext.h"

#include <array>
#include <cstdlib>

using namespace pigeon;

namespace {

void readAsCbor(const QByteArray &bytes, Stop &stop, std::shared_ptr<const ValueTree> &tree) { tree = readCbor(bytes, stop).tree; }
void readAsMessagePack(const QByteArray &bytes, Stop &stop, std::shared_ptr<const ValueTree> &tree)
{
    tree = readMessagePack(bytes, stop).tree;
}
void readAsJson(const QByteArray &bytes, Stop &stop, std::shared_ptr<const ValueTree> &tree) { tree = readJson(bytes, stop).tree; }
void readAsPacket(const QByteArray &bytes, Stop &, std::shared_ptr<const ValueTree> &tree)
{
    tree = fieldsOfPacket(bytes, ProtocolVersion::Mqtt5);
}
constexpr std::array readers = {readAsCbor, readAsMessagePack, readAsJson, readAsPacket};

} // namespace

// The first byte says as what the rest is read. Every part must lie within the bytes, and can be shown.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size - 1));
    Stop stop;
    std::shared_ptr<const ValueTree> tree;
    readers[data[0] % readers.size()](bytes, stop, tree);
    for (ValueTree::Node node = 0; node < tree->size(); ++node) {
        if (tree->beginOf(node) + tree->lengthOf(node) > bytes.size())
            std::abort();
        if (node < 100) {
            tree->nameOf(node);
            tree->textOf(node);
            tree->pathOf(node);
        }
    }
    tree->nodeAt(bytes.size() / 2);
    visibleText(bytes);
    looksLikeText(bytes);
    return 0;
}
