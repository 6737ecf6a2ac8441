#include "support/packetcatalogue.h"

#include <QDir>
#include <QFile>

#include <cstdio>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr int packetsPerStream = 12;

QByteArray decoderSeed(const CataloguedPacket &packet)
{
    const int version = static_cast<int>(packet.version) - static_cast<int>(ProtocolVersion::Mqtt31);
    return char(version << 1 | (packet.sender == Sender::Server ? 1 : 0)) + packet.bytes();
}

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size())
        return true;
    std::fprintf(stderr, "%s: %s\n", qPrintable(path), qPrintable(file.errorString()));
    return false;
}

bool writeDecoderSeeds(const QDir &folder)
{
    // Right packets are what mutation starts from; every fifth wrong one shows it the way to the refusals.
    int wrong = 0;
    int number = 0;
    for (const CataloguedPacket &packet : packetCatalogue()) {
        if (!packet.isValid() && wrong++ % 5 != 0)
            continue;
        const auto name = QStringLiteral("seed%1").arg(number++, 3, 10, QLatin1Char('0'));
        if (!write(folder.filePath(name), decoderSeed(packet)))
            return false;
    }
    return true;
}

bool writeFrameSeeds(const QDir &folder)
{
    QByteArray stream;
    int packets = 0;
    for (const CataloguedPacket &packet : packetCatalogue()) {
        stream += packet.bytes();
        if (++packets % packetsPerStream != 0)
            continue;
        const auto name = QStringLiteral("stream%1").arg(packets / packetsPerStream, 2, 10, QLatin1Char('0'));
        if (!write(folder.filePath(name), char(packets) + stream))
            return false;
        stream.clear();
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_codec_seeds tests/fuzz/corpus\n");
        return 1;
    }
    const QDir corpus(QString::fromLocal8Bit(argv[1]));
    if (!corpus.mkpath(QStringLiteral("fuzz_decoder")) || !corpus.mkpath(QStringLiteral("fuzz_frame")))
        return 1;
    const bool isDone = writeDecoderSeeds(QDir(corpus.filePath(QStringLiteral("fuzz_decoder"))))
        && writeFrameSeeds(QDir(corpus.filePath(QStringLiteral("fuzz_frame"))));
    return isDone ? 0 : 1;
}
