#include "payload/binaryreader.h"

namespace pigeon {

ReadBinary BinaryReader::read()
{
    const bool isGood = value(ValueTree::root, {}, 0);
    const bool isWhole = isGood && position() == m_tree->bytes().size();
    if (isGood && !isWhole)
        m_tree->setProblem(tr("The value ends at byte %1; what follows is not a part of it.").arg(position()));
    m_tree->finish();
    return {m_tree, isWhole};
}

bool BinaryReader::value(ValueTree::Node parent, const QString &name, int depth)
{
    if (m_stop())
        return refuse(tr("Reading took too long and ended here"));
    if (depth > maximumDepth)
        return refuse(tr("The value is nested too deeply"));
    if (m_tree->isFull())
        return refuse(tr("There are more than %1 values; reading ended here").arg(ValueTree::maximumNodes));
    return readValue(parent, name, depth);
}

bool BinaryReader::refuse(const QString &what)
{
    if (m_tree->problem().isEmpty())
        m_tree->setProblem(tr("%1, at byte %2.").arg(what).arg(position()));
    return false;
}

} // namespace pigeon
