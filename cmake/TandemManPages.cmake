# Manual pages: every *.scd of a folder by scdoc, compressed as Debian wants them. Without scdoc none are made, and the build says so once.
find_program(SCDOC_PROGRAM scdoc)
find_program(GZIP_PROGRAM gzip)
if(NOT SCDOC_PROGRAM OR NOT GZIP_PROGRAM)
  message(STATUS "scdoc or gzip is not installed: no manual pages are made")
endif()

# tandem_man_pages(TARGET COMPONENT FOLDER)
function(tandem_man_pages target component folder)
  if(NOT SCDOC_PROGRAM OR NOT GZIP_PROGRAM)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.scd")
  set(made)
  foreach(source IN LISTS sources)
    get_filename_component(page "${source}" NAME_WLE)
    string(REGEX MATCH "[1-8]$" section "${page}")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/man/${page}.gz")
    # gzip -n leaves the time out: the same page is always the same file.
    add_custom_command(OUTPUT "${output}"
      COMMAND sh -c "'${SCDOC_PROGRAM}' < '${source}' > '${output}.tmp' && '${GZIP_PROGRAM}' -9n < '${output}.tmp' > '${output}' && rm '${output}.tmp'"
      DEPENDS "${source}" COMMENT "Manual page ${page}" VERBATIM)
    list(APPEND made "${output}")
    install(FILES "${output}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}" COMPONENT ${component})
  endforeach()
  file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/man")
  add_custom_target(${target} ALL DEPENDS ${made})
endfunction()
