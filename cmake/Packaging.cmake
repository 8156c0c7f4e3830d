# SPDX-License-Identifier: Apache-2.0
# The Debian package: ninja slip slipstreamd && cpack --config build/CPackConfig.cmake. It holds the daemon with
# the page in it, the command with its completions, manual pages, and the service (packaging/).
include(GNUInstallDirs)
# Making the package builds nothing, least of all the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(packaging ${PROJECT_SOURCE_DIR}/packaging)
set(staged ${PROJECT_BINARY_DIR}/packaging)

install(TARGETS slipstreamd RUNTIME DESTINATION sbin)
install(TARGETS slip RUNTIME DESTINATION bin)
install(FILES ${packaging}/slipstreamd.service ${packaging}/slipstreamd-databases.service
        DESTINATION lib/systemd/system)
install(FILES ${packaging}/sysusers.conf DESTINATION lib/sysusers.d RENAME slipstream.conf)
install(FILES ${packaging}/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME slipstream.conf)
install(FILES ${packaging}/default DESTINATION /etc/default RENAME slipstreamd)
install(FILES ${packaging}/copyright DESTINATION share/doc/slipstream)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/adapters/command/kinds DESTINATION share/doc/slipstream
        FILES_MATCHING PATTERN *.toml)
configure_file(${packaging}/changelog ${staged}/changelog @ONLY)

# Written when the package is made, since they come from the programs.
install(CODE "
  function(compressed from to)
    execute_process(COMMAND gzip --best --no-name --stdout \${from} OUTPUT_FILE \${to} COMMAND_ERROR_IS_FATAL ANY)
  endfunction()
  function(completion shell to)
    execute_process(COMMAND $<TARGET_FILE:slip> completion \${shell} OUTPUT_FILE \${to} COMMAND_ERROR_IS_FATAL ANY)
  endfunction()
  compressed(${packaging}/slip.1 ${staged}/slip.1.gz)
  compressed(${packaging}/slipstreamd.8 ${staged}/slipstreamd.8.gz)
  compressed(${staged}/changelog ${staged}/changelog.gz)
  completion(bash ${staged}/slip)
  completion(zsh ${staged}/_slip)
  completion(fish ${staged}/slip.fish)")
install(FILES ${staged}/slip.1.gz DESTINATION share/man/man1)
install(FILES ${staged}/slipstreamd.8.gz DESTINATION share/man/man8)
install(FILES ${staged}/changelog.gz DESTINATION share/doc/slipstream)
install(FILES ${staged}/slip DESTINATION share/bash-completion/completions)
install(FILES ${staged}/_slip DESTINATION share/zsh/vendor-completions)
install(FILES ${staged}/slip.fish DESTINATION share/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME slipstream)
set(CPACK_PACKAGE_CONTACT "The Slipstream authors <maintainers@slipstream.example.org>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "btrfs-progs, bubblewrap, mount, passwd")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "bzip2, mariadb-backup, mariadb-client, mariadb-server-core, openssh-client, postgresql-15 | postgresql, rsync, zstd")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "redis-server")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "thin, writable copies of whole data sets")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Gives people who develop and test software a private copy of databases and
application files together, with a timeline they can bookmark, rewind, branch
and share. Runs stock PostgreSQL, MariaDB, MySQL and Redis servers.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${packaging}/postinst ${packaging}/prerm ${packaging}/postrm ${staged}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${staged}/conffiles "/etc/default/slipstreamd\n")
include(CPack)
