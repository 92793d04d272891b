# Tests of the engine, of the daemon's edge, of the house's floors, and of the whole program.
if(TARGET v2xd)
  include(${CMAKE_CURRENT_SOURCE_DIR}/integration/daemon.cmake)

  add_executable(print_schema ${CMAKE_CURRENT_SOURCE_DIR}/tools/print_schema.c)
  set_target_properties(print_schema PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  v2x_style(print_schema)
  v2x_needs(print_schema runner)
  add_test(NAME schema_texts COMMAND /usr/bin/python3
    ${CMAKE_CURRENT_SOURCE_DIR}/tools/check_schema.py $<TARGET_FILE:print_schema> ${CMAKE_SOURCE_DIR})
  set_tests_properties(schema_texts PROPERTIES LABELS fast TIMEOUT 60)

  # A sanitized or unoptimized library calls helpers that a release does not.
  set(core_libraries)
  if(NOT V2X_SANITIZE AND NOT V2X_TSAN AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    foreach(room base model air receiver sensors sync label engine)
      list(APPEND core_libraries $<TARGET_FILE:v2x_${room}>)
    endforeach()
  endif()
  add_test(NAME layers COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/layers.py
    ${CMAKE_SOURCE_DIR} ${core_libraries})
  set_tests_properties(layers PROPERTIES LABELS fast TIMEOUT 60)
endif()

if(TARGET v2x_engine)
  v2x_test(flight NEEDS engine)
  v2x_test(claims NEEDS engine)
endif()
if(TARGET v2x_runner)
  v2x_test(options NEEDS runner)
  v2x_test(files NEEDS runner)
  v2x_test(pace_independence DIR property LABEL check NEEDS runner)
endif()
