# Compiler settings and the two functions every folder uses.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# What is slow here waits for disks and other programs: -O2 makes nothing faster that anybody waits for,
# and a build a quarter longer.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
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
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# g++ 12 reports these in code that std::variant and std::optional inline; both are known false alarms.
add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
                    -Wno-array-bounds)
if(SLIP_SANITIZE)
  add_compile_options(-fsanitize=${SLIP_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SLIP_SANITIZE})
endif()

# Half the time of a build went into reading the same headers again (precompiled.h).
function(slip_precompile name header)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${name} OBJECT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/empty.cpp)
  target_link_libraries(${name} PRIVATE Boost::json fmt::fmt spdlog::spdlog Threads::Threads ${ARG_LINK})
  target_compile_options(${name} PRIVATE -fpch-preprocess)
  target_precompile_headers(${name} PRIVATE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${header})
endfunction()
slip_precompile(slip_precompiled precompiled.h)
if(SLIP_TESTS)
  find_package(GTest REQUIRED)
  slip_precompile(slip_precompiled_tests precompiled_tests.h LINK GTest::gmock)
endif()

# slip_library(NAME SOURCES ... LINK ...): a folder of the product as a static library `slip_NAME`.
function(slip_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(slip_${name} STATIC ${ARG_SOURCES})
  target_include_directories(slip_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(slip_${name} PUBLIC ${ARG_LINK})
  target_precompile_headers(slip_${name} REUSE_FROM slip_precompiled)
endfunction()

# slip_test(NAME SOURCES ... LINK ... [SERIAL] [TIMEOUT s]): a GoogleTest program, one ctest test.
# SERIAL keeps it from running beside others: for tests that measure, or that own a mount.
function(slip_test name)
  if(NOT SLIP_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "SERIAL" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM slip_precompiled_tests)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  if(ARG_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()
