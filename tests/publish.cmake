v2x_test(parquet NEEDS publish)
v2x_test(parquet_read NEEDS publish)
v2x_test(mcap NEEDS publish)
v2x_test(proto NEEDS publish)
v2x_fuzz(mcap NEEDS publish)
v2x_fuzz(parquet NEEDS publish)

# Readers that others wrote: sample files, then Node (Parquet, MCAP) and Python (Parquet, Protobuf).
set(readers ${CMAKE_SOURCE_DIR}/tests/integration/readers)
add_executable(write_samples ${readers}/write_samples.c)
set_target_properties(write_samples PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
v2x_style(write_samples)
v2x_needs(write_samples publish)
add_test(NAME readers_node COMMAND ${CMAKE_COMMAND} -DSOURCE=${readers} -DDIR=${CMAKE_BINARY_DIR}/tests/readers
  -DWRITER=$<TARGET_FILE:write_samples> -P ${readers}/check_node.cmake)
find_program(V2X_DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(V2X_DEBIAN_PYTHON)
  add_test(NAME readers_python COMMAND ${V2X_DEBIAN_PYTHON} ${readers}/check_python.py
    ${CMAKE_SOURCE_DIR}/tools/python $<TARGET_FILE:write_samples> ${CMAKE_BINARY_DIR}/tests/readers_python)
  set_tests_properties(readers_python PROPERTIES LABELS check TIMEOUT 300 SKIP_REGULAR_EXPRESSION "SKIP: ")
endif()
set_tests_properties(readers_node PROPERTIES LABELS check TIMEOUT 300 SKIP_REGULAR_EXPRESSION "SKIP: ")
