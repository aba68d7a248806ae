# The libraries of the host that Coracle uses, all of them: each is a target external::<name>. Programs
# that find the installed Coracle find them by this file, too.

find_package(PkgConfig REQUIRED)

# external_library(name module): found through pkg-config, on cross builds too (the toolchain file
# says where pkg-config looks). The global property coracle_modules lists the modules.
function(external_library name module)
  if(TARGET external::${name})
    return()
  endif()
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(external::${name} ALIAS PkgConfig::${name})
  set_property(GLOBAL APPEND PROPERTY coracle_modules ${module})
endfunction()

external_library(gmp gmp)      # numbers of more than a few digits
external_library(lz4 liblz4)   # compressed parts of images
external_library(terminfo tinfo)  # what the expression editor's terminal can do
external_library(zlib zlib)    # compressed parts of images, and compressed files

find_package(tl-expected REQUIRED)  # headers only: std::expected, which is C++23
if(NOT TARGET external::expected)
  add_library(external::expected ALIAS tl::expected)
endif()
