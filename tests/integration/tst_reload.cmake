pigeon_test(tst_reload SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_reload.cpp LABELS integration LIBRARIES Qt6::Network)
