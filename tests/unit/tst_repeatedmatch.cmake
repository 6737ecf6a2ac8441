pigeon_test(tst_repeatedmatch SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/tst_repeatedmatch.cpp ROOMS routing protocol base
    LABELS unit)
