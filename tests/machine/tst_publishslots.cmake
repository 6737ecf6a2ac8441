pigeon_test(tst_publishslots SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_publishslots.cpp LABELS machine
    LIBRARIES pigeon_testsupport)
