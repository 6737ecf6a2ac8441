# Read by CPack once it knows what it makes: a Debian package is for /usr and /etc, an archive is unpacked anywhere.
if(CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
    # shlibdeps looks for the libraries of that architecture.
    if(CPACK_DEBIAN_PACKAGE_ARCHITECTURE)
        set(ENV{DEB_HOST_ARCH} ${CPACK_DEBIAN_PACKAGE_ARCHITECTURE})
    endif()
    # Each package says itself what it is; else that of the whole project would stand before it.
    unset(CPACK_PACKAGE_DESCRIPTION_SUMMARY)
    # Files with a place of their own go below the folder that is packed, never into the machine's.
    set(CPACK_SET_DESTDIR ON)
    set(CPACK_INSTALL_PREFIX /usr)
endif()
