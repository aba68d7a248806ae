# What all rooms share: the compiler's options, and the one way to declare a room.

add_library(coracle_options INTERFACE)
target_include_directories(coracle_options INTERFACE ${PROJECT_SOURCE_DIR})
# A multiplication and an addition stay two operations (vm/isa/ops.h); nothing reads errno after
# square roots and the like.
target_compile_options(coracle_options INTERFACE
  -Wall -Wextra -Wshadow -Werror=switch -ffp-contract=off -fno-math-errno)
target_compile_definitions(coracle_options INTERFACE
  $<$<BOOL:${CORACLE_DEV}>:CORACLE_DEV=1>
  $<$<BOOL:${CORACLE_STRESS}>:CORACLE_STRESS=1>
  CORACLE_VERSION="${PROJECT_VERSION}")
if(CORACLE_SANITIZE)
  set(sanitize -fsanitize=${CORACLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(coracle_options INTERFACE ${sanitize})
  target_link_options(coracle_options INTERFACE ${sanitize})
endif()

# With BUILD_SHARED_LIBS (preset dev) each room is linked by itself against the rooms that it
# declares and nothing else: a reference upwards fails there, where static libraries may forgive it.
if(BUILD_SHARED_LIBS)
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>:LINKER:-z,defs>)
endif()

# coracle_room(name [SUBROOMS folder...] [DEPENDS target...]): the library coracle_<name> out of the
# .cpp files of the current folder and of its sub-rooms (main.cpp excepted: it belongs to an executable).
function(coracle_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "SUBROOMS;DEPENDS")
  list(TRANSFORM room_SUBROOMS APPEND /*.cpp)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp ${room_SUBROOMS})
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    add_library(coracle_${name} ${sources})
    target_link_libraries(coracle_${name} PUBLIC coracle_options ${room_DEPENDS})
  else()
    add_library(coracle_${name} INTERFACE)
    target_link_libraries(coracle_${name} INTERFACE coracle_options ${room_DEPENDS})
  endif()
endfunction()
