# Tests of daemon/edge and of the companion's network commands.
if(TARGET v2x_edge)
  if(NOT TARGET v2x_net)
    include(${CMAKE_SOURCE_DIR}/tools/v2x/net.cmake)
  endif()
  v2x_test(queue NEEDS edge)
  v2x_test(pace NEEDS edge)
  v2x_test(stream NEEDS edge)
  v2x_test(stream_readers NEEDS edge)
  v2x_test(control NEEDS edge)
  v2x_fuzz(control NEEDS edge)
  v2x_test(http_request NEEDS edge)
  v2x_fuzz(http NEEDS edge)
  v2x_fuzz(protojson NEEDS net)

  # The two commands alone, so that their tests need no other room.
  add_executable(net_main ${CMAKE_SOURCE_DIR}/tests/integration/net_main.c)
  set_target_properties(net_main PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  v2x_style(net_main)
  v2x_needs(net_main net)
  add_test(NAME subscriber COMMAND /usr/bin/python3
    ${CMAKE_SOURCE_DIR}/tests/integration/test_subscriber.py $<TARGET_FILE:net_main>)
  set_tests_properties(subscriber PROPERTIES LABELS fast TIMEOUT 120 SKIP_RETURN_CODE 77)
endif()
