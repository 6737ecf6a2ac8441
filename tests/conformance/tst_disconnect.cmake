foreach(name IN ITEMS tst_acknowledge tst_disconnect tst_packetlimits)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS conformance LIBRARIES pigeon_testsupport)
endforeach()
