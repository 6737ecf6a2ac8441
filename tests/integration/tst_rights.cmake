# Not for the thread sanitizer, though it has threads: what is handed to them goes through QThreadPool, which is not seen.
pigeon_test(tst_rights SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_rights.cpp LABELS integration LIBRARIES Qt6::Network)
