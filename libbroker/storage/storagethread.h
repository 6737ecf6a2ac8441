#pragma once

#include "storage/groupcommit.h"

#include <thread>

namespace pigeon {

/// The thread that works on the disk, from its making until it is destroyed; then everything that can be written is,
/// and the file is closed. Made and destroyed in the opener's thread.
class StorageThread
{
public:
    /// `file` is used by the thread from the first work on, until this is destroyed.
    StorageThread(StoreFile &file, const SqliteStoreOptions &options, AnswerBox &answers);
    ~StorageThread();

    WorkQueue &queue() { return m_queue; }

private:
    void run();

    StoreFile &m_file;
    AnswerBox &m_answers;
    const SqliteStoreOptions m_options;
    WorkQueue m_queue;
    std::thread m_thread; // last: it uses the others
};

} // namespace pigeon
