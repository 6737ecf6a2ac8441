#include "storage/sqlerror.h"

namespace pigeon {

namespace {

// SQLite's primary result codes (the low byte of the extended ones), a stable part of its interface.
enum PrimaryCode {
    Permission = 3,
    Busy = 5,
    Locked = 6,
    NoMemory = 7,
    ReadOnly = 8,
    InputOutput = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    Protocol = 15,
    Authorization = 23,
    NotADatabase = 26,
};

const char *adviceFor(int primaryCode)
{
    switch (primaryCode) {
    case Full:
        return "make room on its file system, or raise the bound of the store's size";
    case ReadOnly:
    case Permission:
    case Authorization:
    case CannotOpen:
        return "see that the file and its directory may be written by the broker's user, and that the file system is "
               "mounted for writing";
    case InputOutput:
        return "see what the system's log says of the disk, and whether it is full";
    case Busy:
    case Locked:
    case Protocol:
        return "another program holds the file: close it";
    case NoMemory:
        return "the machine is out of memory";
    default:
        return "this is a fault of the broker: please report it";
    }
}

} // namespace

SqlFault SqlError::fault() const
{
    switch (code & 0xFF) {
    case Corrupt:
    case NotADatabase:
        return SqlFault::Damage;
    case Permission:
    case Busy:
    case Locked:
    case NoMemory:
    case ReadOnly:
    case InputOutput:
    case Full:
    case CannotOpen:
    case Protocol:
    case Authorization:
        return SqlFault::Surroundings;
    default:
        return SqlFault::Request;
    }
}

bool SqlError::isReadError() const
{
    constexpr int reading = InputOutput | (1 << 8);
    constexpr int shortRead = InputOutput | (2 << 8);
    return code == reading || code == shortRead;
}

QByteArray SqlError::sentence(const QByteArray &file) const
{
    const char *advice = fault() == SqlFault::Damage
        ? "the file is damaged: it is set aside and what can be read is saved when the broker starts"
        : adviceFor(code & 0xFF);
    return "the store " + file + ": " + text + " (SQLite error " + QByteArray::number(code) + "); " + advice;
}

} // namespace pigeon
