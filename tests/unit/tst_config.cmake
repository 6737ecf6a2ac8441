foreach(test configkeys configparser configlisteners configperlistener configfile configreference configwriter reloaddiff mosquittokeys)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp LABELS unit)
endforeach()
target_compile_definitions(tst_configreference PRIVATE OPTIONS_PAGE="${CMAKE_SOURCE_DIR}/docs/options.md")
