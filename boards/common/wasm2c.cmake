# The module translated by aot.cmake as the library `executor`.
set(EXECUTOR_SOURCES common/executor_aot.c)

set(translation "${CMAKE_CURRENT_BINARY_DIR}/aot")
add_custom_command(
  OUTPUT "${translation}/aot_module.c" "${translation}/aot_module.h"
  COMMAND "${CMAKE_COMMAND}" -D "MODULE=${BETAGUARD_MODULE}" -D "INTO=${translation}" -P
          "${CMAKE_CURRENT_SOURCE_DIR}/common/aot.cmake"
  DEPENDS "${BETAGUARD_MODULE}" common/aot.cmake
  VERBATIM)

add_library(executor STATIC "${translation}/aot_module.c" "${translation}/aot_module.h")
target_include_directories(executor SYSTEM PUBLIC "${translation}")
target_include_directories(executor PRIVATE common)
target_compile_options(executor PRIVATE -w -O2 ${PORT_COMPILE_OPTIONS})
