# What all rooms share: the compiler's options, and the one way to declare a room.

# Only for Coracle's own sources: a program that uses the libraries chooses its own options.
# -ffp-contract=off: a multiplication and an addition stay two operations (vm/isa/ops.h).
# -fno-math-errno: nothing reads errno after square roots and the like.
add_compile_options(-Wall -Wextra -Wshadow -Werror=switch -ffp-contract=off -fno-math-errno)
add_compile_definitions(CORACLE_VERSION="${PROJECT_VERSION}")
if(coracle_optimise)
  add_compile_options(${coracle_optimise})
endif()

# What the headers need: programs that include them get it, too.
add_library(coracle_options INTERFACE)
target_include_directories(coracle_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_features(coracle_options INTERFACE cxx_std_20)
target_compile_definitions(coracle_options INTERFACE
  $<$<BOOL:${CORACLE_DEV}>:CORACLE_DEV=1>
  $<$<BOOL:${CORACLE_STRESS}>:CORACLE_STRESS=1>)
if(CORACLE_SANITIZE)
  set(sanitize -fsanitize=${CORACLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(coracle_options INTERFACE ${sanitize})
  target_link_options(coracle_options INTERFACE ${sanitize})
endif()

# With BUILD_SHARED_LIBS (preset dev) each room is linked against the rooms that it declares and nothing
# else. So a call upwards fails to link, which static libraries may let pass.
if(BUILD_SHARED_LIBS)
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>:LINKER:-z,defs>)
endif()

# coracle_room(name [INTERNAL] [SUBROOMS folder...] [DEPENDS target...]): makes the library coracle_<name>
# from the .cpp files of the current folder and of its sub-rooms, except main.cpp, which belongs to an
# executable. Unless the room is INTERNAL, the headers of those folders are installed with it. The global
# property coracle_rooms lists the rooms that are installed, lowest first.
function(coracle_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "INTERNAL" "" "SUBROOMS;DEPENDS")
  list(TRANSFORM room_SUBROOMS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(folders ${CMAKE_CURRENT_SOURCE_DIR} ${room_SUBROOMS})
  list(TRANSFORM folders APPEND /*.cpp OUTPUT_VARIABLE sources)
  file(GLOB sources CONFIGURE_DEPENDS ${sources})
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    add_library(coracle_${name} ${sources})
    set(scope PUBLIC)
  else()
    add_library(coracle_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(coracle_${name} ${scope} coracle_options ${room_DEPENDS})
  if(NOT room_INTERNAL)
    list(TRANSFORM folders APPEND /*.h OUTPUT_VARIABLE headers)
    list(TRANSFORM folders APPEND /*.def OUTPUT_VARIABLE tables)
    file(GLOB headers CONFIGURE_DEPENDS ${headers} ${tables})
    target_sources(coracle_${name} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
      FILES ${headers})
    set_property(TARGET coracle_${name} PROPERTY EXPORT_NAME ${name})
    set_property(GLOBAL APPEND PROPERTY coracle_rooms coracle_${name})
  endif()
endfunction()
