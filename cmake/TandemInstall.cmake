# What is installed beside the programs and the library, and how Debian packages are made of it. Two components:
#
#   tandem      the programs with manual pages, completion, systemd units (installed, not enabled), examples and the item schema
#   tandem-dev  headers, static libraries, and the CMake package: find_package(tandem), tandem::tandem
#
# The prefix is free at install time: cmake --install build/release --prefix ~/.local; DESTDIR is honoured.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tandem")
install(EXPORT tandemTargets NAMESPACE tandem:: DESTINATION "${package_folder}" COMPONENT tandem-dev)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/package/tandemConfig.cmake.in" "${PROJECT_BINARY_DIR}/tandemConfig.cmake"
                              INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
# While the version begins with 0 each minor version may change the library.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tandemConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tandemConfig.cmake" "${PROJECT_BINARY_DIR}/tandemConfigVersion.cmake"
        DESTINATION "${package_folder}" COMPONENT tandem-dev)
# Debian's static libraries hold no debug symbols; --strip and cpack leave archives alone.
install(CODE "
  if(CMAKE_INSTALL_DO_STRIP)
    file(GLOB archives \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libtandem_*.a\")
    foreach(archive IN LISTS archives)
      execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug --enable-deterministic-archives \"\${archive}\" COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
  endif()" COMPONENT tandem-dev)

set(TANDEM_EXAMPLES "${CMAKE_INSTALL_DOCDIR}/examples")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/" DESTINATION "${TANDEM_EXAMPLES}" COMPONENT tandem USE_SOURCE_PERMISSIONS
        PATTERN "library_use" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/library_use" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/tandem-dev/examples" COMPONENT tandem-dev)
install(FILES "${PROJECT_SOURCE_DIR}/examples/systemd/tandem-sync@.service" "${PROJECT_SOURCE_DIR}/examples/systemd/tandem-sync@.timer"
        DESTINATION lib/systemd/system COMPONENT tandem)
install(FILES "${PROJECT_SOURCE_DIR}/examples/systemd/sysusers.conf" DESTINATION lib/sysusers.d RENAME tandem.conf COMPONENT tandem)
install(FILES "${PROJECT_SOURCE_DIR}/examples/systemd/tmpfiles.conf" DESTINATION lib/tmpfiles.d RENAME tandem.conf COMPONENT tandem)

# The documents that Debian wants beside each package, compressed where it wants that.
set(documents "${PROJECT_BINARY_DIR}/documents")
file(MAKE_DIRECTORY "${documents}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/package/changelog.in" "${documents}/changelog.Debian" @ONLY)
configure_file("${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${documents}/changelog" COPYONLY)
if(GZIP_PROGRAM)
  foreach(document IN ITEMS changelog.Debian changelog)
    execute_process(COMMAND "${GZIP_PROGRAM}" -9nf "${documents}/${document}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
foreach(package IN ITEMS tandem tandem-dev)
  set(folder "${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}")
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/package/copyright" DESTINATION "${folder}" COMPONENT ${package})
  if(GZIP_PROGRAM)
    install(FILES "${documents}/changelog.Debian.gz" "${documents}/changelog.gz" DESTINATION "${folder}" COMPONENT ${package})
  endif()
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tandem)
set(CPACK_PACKAGE_VENDOR tandem)
set(CPACK_PACKAGE_CONTACT "tandem maintainers <maintainers@tandem.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keep Jira issues and Dynamics 365 records in step")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL tandem tandem-dev)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_TANDEM_PACKAGE_NAME tandem)
set(CPACK_DEBIAN_TANDEM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_TANDEM_PACKAGE_SHLIBDEPS ON)
# libcurl and libxml2 are loaded by their names, so nothing tells of them but this.
set(CPACK_DEBIAN_TANDEM_PACKAGE_DEPENDS "tzdata, libcurl4, libxml2")
set(CPACK_DEBIAN_TANDEM_PACKAGE_RECOMMENDS "ca-certificates, systemd | cron")
set(CPACK_DEBIAN_TANDEM_PACKAGE_SUGGESTS "webhook, lmdb-utils, jq")
set(CPACK_DEBIAN_TANDEM_DESCRIPTION
"tandem keeps issues of Jira Cloud and records of Microsoft Dynamics 365
(Dataverse) in step, from the command line: fields, status, comments and
files, one way or both ways, under cron or systemd and by webhooks. Nothing
is installed on either side.

tandem-sandbox, both systems in a box for tests and demonstrations, is part
of this package. The systemd timer is not enabled by the installation.")
set(CPACK_DEBIAN_TANDEM_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/cmake/package/postinst")
set(CPACK_DEBIAN_TANDEM-DEV_PACKAGE_NAME tandem-dev)
set(CPACK_DEBIAN_TANDEM-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TANDEM-DEV_PACKAGE_DEPENDS
    "libcurl4-openssl-dev, libexpected-dev, libfmt-dev, libhowardhinnant-date-dev, liblmdb-dev, libssl-dev, libxml2-dev, pkg-config")
set(CPACK_DEBIAN_TANDEM-DEV_DESCRIPTION
"These are the headers and static libraries on which the program tandem
stands: clients for Jira Cloud and Dataverse, item files, mappings, links and
the reconciliation of both sides.

CMake projects use them by find_package(tandem) and link tandem::tandem.")
include(CPack)
