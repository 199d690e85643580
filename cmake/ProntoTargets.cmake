# Every target of the house gets the same warnings, include root and generated version header.
add_library(pronto_options INTERFACE)
target_include_directories(pronto_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(pronto_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
target_compile_definitions(pronto_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_NO_TS_EXECUTORS)
configure_file(${CMAKE_SOURCE_DIR}/rfb-ext/base/version.hpp.in
               ${CMAKE_BINARY_DIR}/generated/rfb-ext/base/version.hpp @ONLY)

# pronto_library(wire SOURCES a.cpp b.cpp LINK pronto_base)  ->  target pronto_wire
function(pronto_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(pronto_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(pronto_${name} PUBLIC pronto_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

# pronto_false_alarms(pronto_ui restrict): with optimisation g++ 12 warns of things inside its own headers that cannot
# happen; this keeps the warning from ending the build of that one target.
function(pronto_false_alarms target)
  foreach(warning ${ARGN})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-${warning}>)
  endforeach()
endfunction()

# Targets with coroutines: asio's frame allocator is taken for a mismatch of new and delete.
function(pronto_coroutines target)
  pronto_false_alarms(${target} mismatched-new-delete)
endfunction()

# pronto_program(pronto-agent SOURCES main.cpp LINK ...)  ->  build/<preset>/bin/pronto-agent
function(pronto_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE pronto_options ${ARG_LINK})
endfunction()

# pronto_unit_test(wire SOURCES a_test.cpp LINK pronto_wire)  ->  ctest "unit.wire", label fast
function(pronto_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(unit_${name} ${ARG_SOURCES})
  target_link_libraries(unit_${name} PRIVATE pronto_options pronto_test_main ${ARG_LINK})
  # Catch2's macros take their time to optimize: with the sanitizers a good part of the build's.
  target_compile_options(unit_${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
  add_test(NAME unit.${name} COMMAND unit_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(unit.${name} PROPERTIES LABELS fast TIMEOUT 120)
endfunction()

# pronto_fuzz_target(server_stream SOURCES f.cpp LINK pronto_wire)
# Always builds replay_<name>, which runs the corpus once (ctest "fuzz.replay.<name>"); with PRONTO_FUZZ also fuzz_<name>.
function(pronto_fuzz_target name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(replay_${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
  target_link_libraries(replay_${name} PRIVATE pronto_options ${ARG_LINK})
  add_test(NAME fuzz.replay.${name}
           COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(fuzz.replay.${name} PROPERTIES LABELS fast TIMEOUT 60)
  if(PRONTO_FUZZ)
    add_executable(fuzz_${name} ${ARG_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE pronto_options ${ARG_LINK})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
