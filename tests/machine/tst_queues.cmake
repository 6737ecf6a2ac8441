foreach(test publishslots deliveryqueue)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp LABELS machine
        LIBRARIES pigeon_testsupport)
endforeach()
