pigeon_test(tst_handlers SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_handlers.cpp LABELS integration LIBRARIES Qt6::Network
    THREADS)
