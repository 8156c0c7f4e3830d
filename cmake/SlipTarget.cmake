# SPDX-License-Identifier: Apache-2.0
# Compiler settings and the two functions every folder uses.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
find_program(CCACHE ccache)
if(CCACHE)
  # What a precompiled header needs to be cached at all: see "Precompiled headers" in ccache's manual.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(SLIP_WERROR)
  add_compile_options(-Werror)
endif()
# g++ 12 reports these in code that std::variant and std::optional inline; both are known false alarms.
add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
                    -Wno-array-bounds)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wno-unknown-warning-option)
endif()
# What makes a mistake in memory harder to use against us; tests/build checks the programs for it. The
# sanitizers see more by themselves, and are confused by checked string functions, which in turn exist
# only where the optimizer runs.
add_compile_options(-fPIE -fstack-protector-strong -fstack-clash-protection)
add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(NOT SLIP_SANITIZE)
  add_compile_options(-ftrivial-auto-var-init=zero "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
endif()
if(SLIP_SANITIZE)
  add_compile_options(-fsanitize=${SLIP_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SLIP_SANITIZE})
endif()

# Half the time of a build went into reading the same headers again (precompiled.h). The optimizer is
# turned down for tests: they are run a few times, and compiled as often.
function(slip_precompile name header)
  cmake_parse_arguments(ARG "" "" "OPTIONS;LINK" ${ARGN})
  add_library(${name} OBJECT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/empty.cpp)
  target_link_libraries(${name} PRIVATE Boost::json fmt::fmt spdlog::spdlog Threads::Threads ${ARG_LINK})
  target_compile_options(${name} PRIVATE -fpch-preprocess ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${header})
endfunction()
slip_precompile(slip_precompiled precompiled.h)
if(SLIP_TESTS)
  set(SLIP_TEST_OPTIONS -O1)
  find_package(GTest REQUIRED)
  slip_precompile(slip_precompiled_tests precompiled_tests.h
    OPTIONS ${SLIP_TEST_OPTIONS} LINK GTest::gmock)
endif()

# What a file of ours costs the compiler is mostly headers and the templates that it fills in, the same
# ones as the file beside it: several are compiled as one. So names in anonymous namespaces are unique
# within a folder. Every file still includes what it uses (the preset `tidy` compiles each by itself).
function(slip_join target)
  if(SLIP_JOIN)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# slip_library(NAME SOURCES ... LINK ... [WITHIN ...]): a folder of the product as a static library
# `slip_NAME`. What it is linked to WITHIN, it alone may include: whoever links it does not see that.
function(slip_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;WITHIN" ${ARGN})
  add_library(slip_${name} STATIC ${ARG_SOURCES})
  target_include_directories(slip_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(slip_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_WITHIN})
  target_precompile_headers(slip_${name} REUSE_FROM slip_precompiled)
  slip_join(slip_${name})
endfunction()

# slip_read(VARIABLE FILE): the content of a file, which is read again when it changes.
function(slip_read variable file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  file(READ ${file} content)
  set(${variable} "${content}" PARENT_SCOPE)
endfunction()

# slip_test(NAME SOURCES ... LINK ... [SERIAL] [WAITS] [TIMEOUT s] [SHARDS n]): a GoogleTest program, one
# ctest test. SERIAL keeps it from running beside others: for tests that measure, or that own a mount. Of the
# others as many run at once as there are processors, and of those that WAIT most of their time, for servers
# of databases, twice as many (./test). SHARDS makes n ctest tests of it, each with its part of the cases;
# they are begun first.
function(slip_test name)
  if(NOT SLIP_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "SERIAL;WAITS" "TIMEOUT;SHARDS" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${SLIP_TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM slip_precompiled_tests)
  slip_join(${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(ARG_WAITS)
    set(places 1)
  else()
    set(places 2)
  endif()
  if(ARG_SHARDS)
    math(EXPR last "${ARG_SHARDS} - 1")
    foreach(shard RANGE ${last})
      add_test(NAME ${name}_${shard} COMMAND ${name})
      set_tests_properties(${name}_${shard} PROPERTIES TIMEOUT ${ARG_TIMEOUT} PROCESSORS ${places} COST 1000
        ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${shard};GTEST_OUTPUT=xml:${PROJECT_BINARY_DIR}/test-results/${name}_${shard}.xml")
    endforeach()
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} PROCESSORS ${places})
  if(ARG_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()
