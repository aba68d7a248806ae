# The libraries of the host that Coracle uses, all of them: each is a target external::<name>.

find_package(PkgConfig REQUIRED)

# external_library(name module): found through pkg-config, on cross builds too (the toolchain file
# says where pkg-config looks).
function(external_library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(external::${name} ALIAS PkgConfig::${name})
endfunction()

external_library(gmp gmp)      # numbers of more than a few digits
external_library(lz4 liblz4)   # compressed parts of images
external_library(terminfo tinfo)  # what the expression editor's terminal can do
external_library(zlib zlib)    # the same, and compressed files

find_package(tl-expected REQUIRED)  # headers only: std::expected, which is C++23
add_library(external::expected ALIAS tl::expected)

find_package(CLI11 REQUIRED)   # headers only: options of the tools
add_library(external::cli11 ALIAS CLI11::CLI11)

if(CORACLE_TESTS)
  find_package(doctest REQUIRED)  # headers only
  add_library(external::doctest ALIAS doctest::doctest)
endif()
