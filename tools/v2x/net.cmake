# The network commands of the companion (v2x sub, v2x ctl), for v2x.c and for the tests.
add_library(v2x_net STATIC
  ${CMAKE_CURRENT_LIST_DIR}/fatejson.c
  ${CMAKE_CURRENT_LIST_DIR}/protojson.c
  ${CMAKE_CURRENT_LIST_DIR}/v2x_ctl.c
  ${CMAKE_CURRENT_LIST_DIR}/v2x_net.c
  ${CMAKE_CURRENT_LIST_DIR}/v2x_stats.c
  ${CMAKE_CURRENT_LIST_DIR}/v2x_sub.c
)
v2x_style(v2x_net)
target_compile_definitions(v2x_net PRIVATE _POSIX_C_SOURCE=200809L)
target_include_directories(v2x_net PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(v2x_net PUBLIC v2x_edge v2x_base PkgConfig::ZMQ PkgConfig::JANSSON)
