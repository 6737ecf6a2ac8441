foreach(name frame decoder encoder properties)
    pigeon_test(tst_${name} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/tst_${name}.cpp ROOMS protocol base LABELS unit)
endforeach()
