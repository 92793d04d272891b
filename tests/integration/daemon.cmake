# The daemon as its users call it, by Debian's Python. Exit code 77: a package is missing.
function(v2x_daemon_test name label)
  add_test(NAME ${name} COMMAND /usr/bin/python3
    ${CMAKE_SOURCE_DIR}/tests/integration/test_${name}.py ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 600 SKIP_RETURN_CODE 77
    ENVIRONMENT "V2XD=$<TARGET_FILE:v2xd>;SOURCE_DIR=${CMAKE_SOURCE_DIR};SHARED_DATA=${V2X_SHARED_DATA}")
endfunction()

v2x_daemon_test(daemon_bad_input fast)
v2x_daemon_test(daemon_replay check)
v2x_daemon_test(daemon_its check)
v2x_daemon_test(daemon_determinism check)
v2x_daemon_test(daemon_stream check)
v2x_daemon_test(daemon_physics check)
v2x_daemon_test(daemon_labels check)
v2x_daemon_test(daemon_library check)
v2x_daemon_test(daemon_real_loss check)
add_test(NAME readers_dataset COMMAND ${CMAKE_COMMAND}
  -DSOURCE=${CMAKE_SOURCE_DIR}/tests/integration/readers -DDIR=${CMAKE_BINARY_DIR}/tests/readers
  -DV2XD=$<TARGET_FILE:v2xd> -DSCENARIO=${CMAKE_SOURCE_DIR}/scenarios/library/blind-crossing.yaml
  -P ${CMAKE_SOURCE_DIR}/tests/integration/readers/check_dataset.cmake)
set_tests_properties(readers_dataset PROPERTIES LABELS check TIMEOUT 300 DEPENDS readers_node
  SKIP_REGULAR_EXPRESSION "SKIP: ")
v2x_daemon_test(daemon_sensors check)
v2x_daemon_test(daemon_sumo check)
v2x_daemon_test(daemon_clocks check)
v2x_daemon_test(v2x_dataset_made check)
v2x_daemon_test(daemon_http check)
v2x_daemon_test(daemon_outputs check)
find_program(V2X_NODE node)
if(V2X_NODE)
  add_test(NAME viewer_page COMMAND ${V2X_NODE} ${CMAKE_SOURCE_DIR}/tests/browser/viewer.mjs
    ${CMAKE_SOURCE_DIR}/daemon/viewer/index.html)
  set_tests_properties(viewer_page PROPERTIES LABELS fast TIMEOUT 60)
endif()
