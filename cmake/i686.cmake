# A 32-bit host: i686 Linux, by Debian's cross compiler, with the libraries that
# tools/set-up --m32 unpacks into the cache. Programs run natively on x86-64 Linux.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_CXX_COMPILER i686-linux-gnu-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

set(root ${CMAKE_CURRENT_LIST_DIR}/../.cache/i386)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${root})
set(ENV{PKG_CONFIG_LIBDIR} ${root}/usr/lib/i386-linux-gnu/pkgconfig)

# Flonums as everywhere else, in 64 bits, not in the 80 of the x87; and the folder of headers that
# pkg-config does not name, because a native compiler searches it anyway.
set(CMAKE_CXX_FLAGS_INIT "-msse2 -mfpmath=sse -isystem ${root}/usr/include/i386-linux-gnu")
