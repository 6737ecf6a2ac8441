# Packages: cpack -G DEB makes one of each group of components, cpack -G TGZ one archive of all that an installation has.
set(CPACK_PACKAGE_NAME pigeon)
set(CPACK_PACKAGE_VENDOR "The Pigeon authors")
set(CPACK_PACKAGE_CONTACT ${PIGEON_MAINTAINER})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_PIGEON_STRIP ${CMAKE_STRIP}) # for the script below
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_SOURCE_DIR}/cpack-generator.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/strip-archives.cmake)

set(CPACK_COMPONENTS_ALL "")
foreach(package IN LISTS packages)
    list(APPEND CPACK_COMPONENTS_ALL ${package} ${package}-debian)
endforeach()

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${CPACK_PACKAGE_CONTACT})

set(CPACK_DEBIAN_BROKER_PACKAGE_NAME pigeon-broker)
set(CPACK_DEBIAN_BROKER_PACKAGE_SECTION net)
set(CPACK_DEBIAN_BROKER_PACKAGE_SHLIBDEPS ON)
# What is loaded while it runs, or used by the scripts below: shlibdeps sees none of it.
set(CPACK_DEBIAN_BROKER_PACKAGE_DEPENDS
    "libqt6sql6-sqlite (>= 6.4), adduser, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_BROKER_PACKAGE_SUGGESTS mosquitto-clients)
set(CPACK_DEBIAN_BROKER_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/broker/postinst ${CMAKE_CURRENT_SOURCE_DIR}/debian/broker/prerm
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/broker/postrm ${CMAKE_CURRENT_SOURCE_DIR}/debian/broker/conffiles)
set(CPACK_DEBIAN_BROKER_DESCRIPTION "MQTT broker (3.1, 3.1.1 and 5.0) without a window
pigeond serves MQTT over TCP, TLS, WebSocket and local sockets. It reads the
configuration, password and ACL files of mosquitto. What it has acknowledged
is on disk before the client hears of it.

The package starts it for this machine only; /etc/pigeon/pigeond.conf says
how to open it.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpigeon-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# The library is static: whoever links it needs what it was made of.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "qt6-base-dev (>= ${PIGEON_QT_VERSION}), qt6-websockets-dev (>= ${PIGEON_QT_VERSION}), libargon2-dev, libssl-dev (>= 3), libqt6sql6-sqlite")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "MQTT broker as a library for Qt programs
Headers, a static library and what CMake needs to find them:
find_package(Pigeon) gives Pigeon::Broker, a broker within a program of
yours, with a signal for all that happens and a handler for all that may be
decided.")

set(CPACK_DEBIAN_WINDOW_PACKAGE_NAME pigeon)
set(CPACK_DEBIAN_WINDOW_PACKAGE_SECTION net)
set(CPACK_DEBIAN_WINDOW_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_WINDOW_PACKAGE_DEPENDS "libqt6sql6-sqlite (>= 6.4)")
set(CPACK_DEBIAN_WINDOW_PACKAGE_RECOMMENDS "qt6-translations-l10n, qt6-wayland") # Qt's own words, and Wayland
set(CPACK_DEBIAN_WINDOW_PACKAGE_SUGGESTS mosquitto-clients)
set(CPACK_DEBIAN_WINDOW_DESCRIPTION "MQTT broker (3.1, 3.1.1 and 5.0) with a window
A broker that can be looked into: who is connected, who sent what to whom,
and why a message was not delivered.")

include(CPack)
foreach(package IN LISTS packages)
    cpack_add_component_group(${package})
    cpack_add_component(${package} GROUP ${package})
    cpack_add_component(${package}-debian GROUP ${package})
endforeach()
