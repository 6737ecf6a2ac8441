# What `cmake --install` lays down for other projects, so that find_package(Pigeon) gives them Pigeon::Broker. The rooms
# and their options are inside the archive and stay out of the export: nobody but us sees them.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Pigeon)

install(TARGETS pigeon_broker_library EXPORT PigeonTargets COMPONENT development)
install(DIRECTORY libbroker/include/pigeon DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
    FILES_MATCHING PATTERN "*.h")
install(EXPORT PigeonTargets NAMESPACE Pigeon:: DESTINATION ${package_folder} COMPONENT development)

configure_package_config_file(cmake/PigeonConfig.cmake.in ${PROJECT_BINARY_DIR}/package/PigeonConfig.cmake
    INSTALL_DESTINATION ${package_folder})
# Before 1.0 a new minor version may break what used an older one.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/PigeonConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/PigeonConfig.cmake ${PROJECT_BINARY_DIR}/package/PigeonConfigVersion.cmake
    DESTINATION ${package_folder} COMPONENT development)
