# One after the other: each of them measures how soon others are served.
foreach(name catalogue strangers stream abuse floods crowds costs)
    pigeon_test(tst_hostile_${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_hostile_${name}.cpp ROOMS protocol base
        LABELS hostile LIBRARIES pigeon_hostilesupport)
    set_tests_properties(tst_hostile_${name} PROPERTIES RUN_SERIAL ON)
endforeach()
