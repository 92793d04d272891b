# The viewer's page is data; its C form is made here and never committed.
set(viewer_file ${CMAKE_SOURCE_DIR}/daemon/viewer/index.html)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${viewer_file})
file(READ ${viewer_file} text)
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
file(WRITE ${CMAKE_BINARY_DIR}/viewer/viewer_page.h.new
  "#pragma once\nstatic const char viewer_page[] =\n    \"${text}\";\n")
file(COPY_FILE ${CMAKE_BINARY_DIR}/viewer/viewer_page.h.new
  ${CMAKE_BINARY_DIR}/viewer/viewer_page.h ONLY_IF_DIFFERENT)
# The daemon itself: options, run, sinks and main, over all rooms.
v2x_room(runner
  ${CMAKE_SOURCE_DIR}/daemon/edge/files.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/notify.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/options.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_air.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_check.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_config.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_control.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_http.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_open.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_inputs.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_recorded.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_replay.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/run_tell.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sink_dataset.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sink_frame.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sink_live.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sink_stream.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sink_viewer.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/stream_schema.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/sumo.c
  ${CMAKE_SOURCE_DIR}/daemon/edge/version.c
  NEEDS base model engine air receiver sensors sync label publish edge asn1 replay scenarios
  PkgConfig::UV PkgConfig::ZMQ PkgConfig::YAML PkgConfig::JANSSON PkgConfig::ZSTD PkgConfig::SODIUM
  PkgConfig::PCAP Threads::Threads POSIX)
target_include_directories(v2x_runner PRIVATE ${CMAKE_BINARY_DIR}/viewer)
target_compile_definitions(v2x_runner PRIVATE V2XD_VERSION="${PROJECT_VERSION}" _DEFAULT_SOURCE)

add_executable(v2xd ${CMAKE_SOURCE_DIR}/daemon/main.c)
v2x_style(v2xd)
target_link_libraries(v2xd PRIVATE v2x_runner)
