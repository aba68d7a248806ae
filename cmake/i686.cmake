# A 32-bit host. Programs run natively on x86-64 Linux.
set(CMAKE_SYSTEM_PROCESSOR i686)
set(debian_architecture i386)
set(multiarch i386-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian_host.cmake)
# Flonums as everywhere else, in 64 bits, not in the 80 of the x87.
string(APPEND CMAKE_CXX_FLAGS_INIT " -msse2 -mfpmath=sse")
