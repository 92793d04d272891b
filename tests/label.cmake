# Tests of daemon/label, of the taxonomy file and of the page made from it.
v2x_test(measures NEEDS label)
v2x_test(measures_line NEEDS label)
v2x_test(boxes NEEDS label)
v2x_test(label_axes NEEDS label)
v2x_test(label_pairs NEEDS label)
v2x_test(label_v2i NEEDS label)
v2x_test(label_app NEEDS label)
add_test(NAME boxes_many COMMAND test_boxes --many)
set_tests_properties(boxes_many PROPERTIES LABELS check TIMEOUT 600)
v2x_test(taxonomy NEEDS label PkgConfig::JANSSON)
v2x_test(mece DIR property NEEDS label)
v2x_test(scene NEEDS label)
v2x_test(encounter NEEDS label)
v2x_test(window NEEDS label)

add_test(NAME labels_page COMMAND ${V2X_PYTHON} ${CMAKE_SOURCE_DIR}/tools/taxonomy.py
  ${CMAKE_SOURCE_DIR}/scenarios/taxonomy/v2xd-1.0.0.json --check ${CMAKE_SOURCE_DIR}/docs/labels.md)
set_tests_properties(labels_page PROPERTIES LABELS fast)
