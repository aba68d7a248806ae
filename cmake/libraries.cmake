# The libraries of the host that Coracle uses, all of them: each is a target external::<name>. Global
# properties keep what was found, for programs that find the installed Coracle (install.cmake).

find_package(PkgConfig REQUIRED)

# external_library(name module): found through pkg-config, on cross builds too (the toolchain file
# says where pkg-config looks). The property coracle_modules lists NAME=MODULE.
function(external_library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(external::${name} ALIAS PkgConfig::${name})
  set_property(GLOBAL APPEND PROPERTY coracle_modules ${name}=${module})
endfunction()

external_library(gmp gmp)      # numbers of more than a few digits
external_library(lz4 liblz4)   # compressed parts of images
if(CORACLE_HOST STREQUAL posix)
  external_library(terminfo tinfo)  # what the expression editor's terminal can do
endif()
external_library(zlib zlib)    # compressed parts of images, and compressed files

# external_package(name package target): found through CMake. The property coracle_packages lists them.
function(external_package name package target)
  find_package(${package} REQUIRED GLOBAL)
  add_library(external::${name} ALIAS ${target})
  set_property(GLOBAL APPEND PROPERTY coracle_packages ${package})
endfunction()

external_package(expected tl-expected tl::expected)  # headers only: std::expected, which is C++23
