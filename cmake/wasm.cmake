# WebAssembly, by the toolchain that tools/set-up --wasm makes in the cache.
set(wasm_cache ${CMAKE_CURRENT_LIST_DIR}/../.cache/wasm)
cmake_path(NORMAL_PATH wasm_cache)
set(EMSCRIPTEN_ROOT_PATH ${wasm_cache}/emscripten/usr/share/emscripten)
if(NOT EXISTS ${EMSCRIPTEN_ROOT_PATH}/em++)
  message(FATAL_ERROR "There is no toolchain for WebAssembly in ${wasm_cache}: start tools/set-up --wasm")
endif()
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)

list(APPEND CMAKE_FIND_ROOT_PATH ${wasm_cache}/libraries)
# Not PKG_CONFIG_LIBDIR, which Emscripten's file sets whenever CMake reads it.
set(ENV{PKG_CONFIG_PATH} ${wasm_cache}/libraries/lib/pkgconfig)

# Exceptions and setjmp as WebAssembly's own, and its instructions for vectors and for blocks of memory.
set(wasm_features "-fwasm-exceptions -sSUPPORT_LONGJMP=wasm -msimd128 -mbulk-memory")
set(CMAKE_C_FLAGS_INIT "${wasm_features}")
set(CMAKE_CXX_FLAGS_INIT "${wasm_features}")
# The heap grows up to what 32 bits address. 64-bit integers go to JavaScript as BigInts, offsets in files too.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=1MB -sWASM_BIGINT")
