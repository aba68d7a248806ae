# All libraries of the host that Coracle uses, each as a target external::<name>. Global properties record
# what was found, for programs that use the installed Coracle (install.cmake).

find_package(PkgConfig REQUIRED)

# external_library(name module): finds it through pkg-config, in cross builds too (the toolchain file
# says where pkg-config looks). The property coracle_modules lists NAME=MODULE.
function(external_library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(external::${name} ALIAS PkgConfig::${name})
  set_property(GLOBAL APPEND PROPERTY coracle_modules ${name}=${module})
endfunction()

external_library(gmp gmp)      # large integers
external_library(lz4 liblz4)   # compressed parts of images
if(CORACLE_HOST STREQUAL posix)
  external_library(terminfo tinfo)  # terminal capabilities, for the expression editor
endif()
external_library(xxhash libxxhash)  # sums of images
external_library(zlib zlib)    # compressed parts of images, and compressed files

external_library(zstd libzstd)  # images

# external_package(name package target): finds it through CMake. The property coracle_packages lists them.
function(external_package name package target)
  find_package(${package} REQUIRED GLOBAL)
  add_library(external::${name} ALIAS ${target})
  set_property(GLOBAL APPEND PROPERTY coracle_packages ${package})
endfunction()

external_package(expected tl-expected tl::expected)  # headers only; std::expected itself is C++23
