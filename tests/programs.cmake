# Tests of the programs as their users call them.
if(TARGET v2x)
  add_executable(make_capture ${CMAKE_SOURCE_DIR}/tests/bench/make_capture.c)
  set_target_properties(make_capture PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  v2x_style(make_capture)
  v2x_needs(make_capture asn1 replay base)
  add_test(NAME v2x_decode COMMAND /usr/bin/python3
    ${CMAKE_SOURCE_DIR}/tests/integration/test_v2x_decode.py $<TARGET_FILE:v2x> ${CMAKE_SOURCE_DIR} ${V2X_SHARED_DATA})
  set_tests_properties(v2x_decode PROPERTIES LABELS fast TIMEOUT 120)
  add_test(NAME v2x_air COMMAND /usr/bin/python3
    ${CMAKE_SOURCE_DIR}/tests/integration/test_v2x_air.py $<TARGET_FILE:v2x>)
  set_tests_properties(v2x_air PROPERTIES LABELS fast TIMEOUT 120)
  v2x_test(v2x_verify NEEDS tool)
  v2x_test(v2x_dataset NEEDS tool)
  v2x_test(v2x_quality NEEDS tool)
  v2x_test(v2x_streams NEEDS tool)
  v2x_test(v2x_report NEEDS tool)
  add_test(NAME v2x_generated COMMAND /usr/bin/python3
    ${CMAKE_SOURCE_DIR}/tests/integration/test_v2x_generated.py $<TARGET_FILE:v2x> ${CMAKE_SOURCE_DIR})
  set_tests_properties(v2x_generated PROPERTIES LABELS fast TIMEOUT 120)
  # All bits of all vectors: in two parts, for two cores.
  v2x_test(every_flip DIR property LABEL fast PARTS 2 NEEDS tool)
  v2x_test(v2x_relabel NEEDS tool)
  v2x_fuzz(protorow NEEDS tool)
  v2x_fuzz(decode_line NEEDS tool)
  v2x_fuzz(taxfile NEEDS tool)
endif()
