# A 32-bit host. Programs run natively on x86-64 Linux.
set(CMAKE_SYSTEM_PROCESSOR i686)
set(debian_architecture i386)
set(multiarch i386-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian_host.cmake)
# Flonum arithmetic in 64 bits, as on every other host, not in the x87's 80.
string(APPEND CMAKE_CXX_FLAGS_INIT " -msse2 -mfpmath=sse")
