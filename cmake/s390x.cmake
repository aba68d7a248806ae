# A big-endian host. Programs run by qemu-s390x-static.
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x-static)
set(debian_architecture s390x)
set(multiarch s390x-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian_host.cmake)
