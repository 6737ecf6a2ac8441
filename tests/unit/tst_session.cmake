foreach(test ring inlinefunction inflight ackgate aliases)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp LABELS unit)
endforeach()
