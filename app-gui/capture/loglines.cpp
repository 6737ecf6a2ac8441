#include "capture/loglines.h"

#include "capture/rowlog.h"

namespace pigeon {

int gravity(QtMsgType level)
{
    switch (level) {
    case QtDebugMsg:
        return 0;
    case QtInfoMsg:
        return 1;
    case QtWarningMsg:
        return 2;
    default:
        return 3;
    }
}

void LogLines::add(const std::vector<LogLine> &lines)
{
    m_lines.insert(m_lines.end(), lines.begin(), lines.end());
    while (m_lines.size() > maximumLines) {
        m_lines.erase(m_lines.begin(), m_lines.begin() + std::ptrdiff_t(droppedAtOnce));
        m_begin += droppedAtOnce;
    }
}

void LogLines::clear()
{
    m_begin += m_lines.size();
    m_lines.clear();
}

void LogRow::goTo(quint64 line)
{
    m_line = line;
    m_text = m_lines.at(line).text.toUtf8();
}

double LogRow::number(FieldId field) const
{
    switch (field) {
    case FieldId::Level:
        return gravity(m_lines.at(m_line).level);
    case FieldId::Age:
        return asMilliseconds(m_now - m_lines.at(m_line).when);
    case FieldId::Number:
        return static_cast<double>(m_line + 1);
    default:
        return absent;
    }
}

QByteArrayView LogRow::text(FieldId field) const
{
    switch (field) {
    case FieldId::Client:
        return m_lines.at(m_line).clientId;
    case FieldId::Category:
        return m_lines.at(m_line).category;
    case FieldId::Text:
        return m_text;
    default:
        return {};
    }
}

} // namespace pigeon
