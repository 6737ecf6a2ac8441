pigeon_test(tst_systemtopics SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_systemtopics.cpp LABELS machine
    LIBRARIES pigeon_testsupport)
