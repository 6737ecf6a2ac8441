# Listeners other than plain TCP: what all kinds have in common, then each kind.
foreach(name IN ITEMS tst_doors tst_anydoor tst_admission tst_tlsdoor tst_tlsclients tst_tlsrenewal tst_presharedkeys
    tst_proxydoor tst_listenerterms tst_slowdoors tst_websocketdoor tst_localdoor)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS integration TIMEOUT 300
        LIBRARIES Qt6::Network Qt6::WebSockets)
endforeach()
