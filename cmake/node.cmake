# node_program(target): for WebAssembly, makes an executable one that node runs, with the operating system's files and
# environment: TARGET.js, and TARGET, which starts it as a program of that name. For other hosts it does nothing.
function(node_program target)
  if(NOT CORACLE_HOST STREQUAL wasm)
    return()
  endif()
  set(library ${PROJECT_SOURCE_DIR}/vm/host/wasm/node.js)
  target_link_options(${target} PRIVATE -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME --js-library ${library})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${library})
  set(launcher ${CMAKE_CURRENT_BINARY_DIR}/${target})
  file(WRITE ${launcher} "#!/usr/bin/env node\nrequire('./${target}.js');\n")
  file(CHMOD ${launcher}
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()
