foreach(name IN ITEMS tst_publish tst_publishproperties tst_retained tst_retainoptions)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS conformance LIBRARIES pigeon_testsupport)
endforeach()
