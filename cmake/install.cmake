# What `cmake --install` puts under the prefix: the program with its script, manual pages and completions, the
# rooms as libraries with their headers, the files for find_package and pkg-config, the licence. The installed tree
# may be moved as a whole.
#
# The component scheme_links, installed only on request, adds the names of Chez's programs:
#     cmake --install build/release --component scheme_links
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY coracle_rooms)
get_property(modules GLOBAL PROPERTY coracle_modules)
get_property(packages GLOBAL PROPERTY coracle_packages)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Coracle)
set(header_folder ${CMAKE_INSTALL_INCLUDEDIR}/coracle)

target_include_directories(coracle_options INTERFACE $<INSTALL_INTERFACE:${header_folder}>)
set_property(TARGET coracle_options PROPERTY EXPORT_NAME options)
install(TARGETS coracle_options coracle_library ${rooms} EXPORT CoracleTargets
  FILE_SET HEADERS DESTINATION ${header_folder})

install(EXPORT CoracleTargets NAMESPACE Coracle:: DESTINATION ${package_folder})
configure_package_config_file(cmake/CoracleConfig.cmake.in ${PROJECT_BINARY_DIR}/CoracleConfig.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/CoracleConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/CoracleConfig.cmake ${PROJECT_BINARY_DIR}/CoracleConfigVersion.cmake
  DESTINATION ${package_folder})

# pkg-config. Each library comes before those it needs. A program in C also needs the C++ libraries.
set(pc_libraries ${rooms})
list(REVERSE pc_libraries)
set(cxx_libraries ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER cxx_libraries INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+|m)$")
list(REMOVE_DUPLICATES cxx_libraries)
list(APPEND pc_libraries ${cxx_libraries})
list(TRANSFORM pc_libraries PREPEND -l)
list(JOIN pc_libraries " " pc_libraries)
list(TRANSFORM modules REPLACE ".*=" "" OUTPUT_VARIABLE pc_modules)
list(JOIN pc_modules ", " pc_modules)
set(pc_definitions "")
foreach(definition CORACLE_DEV CORACLE_STRESS)
  if(${definition})
    string(APPEND pc_definitions " -D${definition}=1")
  endif()
endforeach()
set(root /prefix)  # any folder will do: only the relative paths between its folders count
foreach(folder LIBDIR INCLUDEDIR)
  cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_${folder} BASE_DIRECTORY ${root} NORMALIZE OUTPUT_VARIABLE path)
  cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${root}/${CMAKE_INSTALL_LIBDIR}/pkgconfig
    OUTPUT_VARIABLE pc_${folder})
endforeach()
configure_file(cmake/coracle.pc.in ${PROJECT_BINARY_DIR}/coracle.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/coracle.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(CORACLE_TOOLS)
  install(TARGETS coracle)
  install(PROGRAMS boot/fetch DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME coracle-fetch)
  if(TARGET manual)
    set(manual ${PROJECT_BINARY_DIR}/manual)
    install(FILES ${manual}/coracle.1 ${manual}/coracle-image.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${manual}/coracle.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
      RENAME coracle)
    install(FILES ${manual}/_coracle DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${manual}/coracle.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  endif()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/links)
  foreach(name scheme petite scheme-script)
    file(CREATE_LINK coracle ${PROJECT_BINARY_DIR}/links/${name} SYMBOLIC)
    install(FILES ${PROJECT_BINARY_DIR}/links/${name} DESTINATION ${CMAKE_INSTALL_BINDIR}
      COMPONENT scheme_links EXCLUDE_FROM_ALL)
  endforeach()
endif()
