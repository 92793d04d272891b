# The taxonomy is data; its C tables are made here and never committed.
# Sets V2X_TAXONOMY_DIR (include directory) and V2X_TAXONOMY_SOURCE.
find_program(V2X_PYTHON python3)
if(NOT V2X_PYTHON)
  message(FATAL_ERROR "python3 is missing: apt-get install python3 (tools/build does it)")
endif()
set(V2X_TAXONOMY_FILE ${CMAKE_SOURCE_DIR}/scenarios/taxonomy/v2xd-1.0.0.json)
set(V2X_TAXONOMY_TOOL ${CMAKE_SOURCE_DIR}/tools/taxonomy.py)
set(V2X_TAXONOMY_DIR ${CMAKE_BINARY_DIR}/taxonomy)
set(V2X_TAXONOMY_SOURCE ${V2X_TAXONOMY_DIR}/taxonomy_table.c)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${V2X_TAXONOMY_FILE} ${V2X_TAXONOMY_TOOL})
execute_process(
  COMMAND ${V2X_PYTHON} ${V2X_TAXONOMY_TOOL} ${V2X_TAXONOMY_FILE}
    --header ${V2X_TAXONOMY_DIR}/label/taxonomy_table.h --source ${V2X_TAXONOMY_SOURCE}
  RESULT_VARIABLE taxonomy_result)
if(taxonomy_result)
  message(FATAL_ERROR "the taxonomy could not be turned into C")
endif()
