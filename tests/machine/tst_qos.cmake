pigeon_test(tst_qos SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_qos.cpp LABELS machine LIBRARIES pigeon_testsupport)
