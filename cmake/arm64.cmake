# Builds for 64-bit ARM on a Debian of another architecture: crossbuild-essential-arm64 and the arm64 packages of Qt and
# libargon2 beside each other, as Debian's multiarch lays them down. Used by the preset arm64; README.md has the commands.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_STRIP aarch64-linux-gnu-strip)
# Debian finds a library of either architecture by this name.
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
# What the packages are called; else cpack takes the architecture that it runs on.
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
