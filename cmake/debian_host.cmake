# Cross-compiles for Linux on CMAKE_SYSTEM_PROCESSOR with Debian's cross compiler. Programs are linked
# statically with the libraries of `debian_architecture` (in folders named `multiarch`) that
# tools/set-up unpacks into the cache.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_CXX_COMPILER ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu-g++)

set(root ${CMAKE_CURRENT_LIST_DIR}/../.cache/${debian_architecture})
# What libzstd's pkg-config file says of its folder holds for native compilers alone.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -L${root}/usr/lib/${multiarch}")
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${root})
set(ENV{PKG_CONFIG_LIBDIR} ${root}/usr/lib/${multiarch}/pkgconfig)

# pkg-config leaves this folder of headers out, because a native compiler searches it anyway.
set(CMAKE_CXX_FLAGS_INIT "-isystem ${root}/usr/include/${multiarch}")
