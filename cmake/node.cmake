# node_program(target [option...]): for WebAssembly, makes an executable one that node runs, with the operating system's
# files and environment: TARGET.js, and TARGET, which starts it as a program of that name. The options are the linker's.
# For other hosts it does nothing.
function(node_program target)
  if(NOT CORACLE_HOST STREQUAL wasm)
    return()
  endif()
  set(library ${PROJECT_SOURCE_DIR}/vm/host/wasm/node.js)
  target_link_options(${target} PRIVATE -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME --js-library ${library} ${ARGN})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${library})
  node_launcher(${CMAKE_CURRENT_BINARY_DIR}/${target} ./${target}.js)
endfunction()

# node_launcher(file script): makes a program of a script, whose name is relative to the file.
function(node_launcher file script)
  file(WRITE ${file} "#!/usr/bin/env node\nrequire('${script}');\n")
  file(CHMOD ${file}
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()
