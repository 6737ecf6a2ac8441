# Chapters 1, 2, 3.1 and 3.2: data formats, CONNECT and CONNACK.
foreach(name tst_connectauthentication tst_connectlimits tst_connectpacket tst_connectsession tst_connectwill
        tst_dataformat)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS conformance LIBRARIES pigeon_testsupport)
endforeach()
