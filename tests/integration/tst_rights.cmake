pigeon_test(tst_rights SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_rights.cpp LABELS integration LIBRARIES Qt6::Network THREADS)
