foreach(test words collector)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp ROOMS base protocol monitor LABELS unit)
endforeach()
