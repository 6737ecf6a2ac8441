pigeon_test(tst_persistence SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_persistence.cpp LABELS integration
    LIBRARIES pigeon_testsupport Qt6::Network THREADS)
