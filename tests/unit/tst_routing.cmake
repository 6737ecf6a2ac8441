foreach(test topic message subscriptiontree retainedtopics)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp ROOMS base protocol routing
        LABELS unit)
endforeach()
