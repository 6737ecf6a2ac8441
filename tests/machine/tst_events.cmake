pigeon_test(tst_events SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_events.cpp LABELS machine LIBRARIES pigeon_testsupport)
