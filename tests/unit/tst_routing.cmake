foreach(test topic subscriptiontree retainedtopics)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp ROOMS base protocol routing
        LABELS unit)
endforeach()
pigeon_test(tst_message SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_message.cpp ROOMS base protocol routing LABELS unit THREADS)
