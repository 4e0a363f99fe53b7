# The module translated to C by wasm2c as the library `executor`.
set(EXECUTOR_SOURCES common/executor_aot.c)

set(aot_folder "${CMAKE_CURRENT_BINARY_DIR}/aot")
add_custom_command(
  OUTPUT "${aot_folder}/aot_module.c" "${aot_folder}/aot_module.h" "${aot_folder}/wasm-rt.h"
  COMMAND "${CMAKE_COMMAND}" "-DMODULE=${BETAGUARD_MODULE}" "-DINTO=${aot_folder}" -P
          "${CMAKE_CURRENT_LIST_DIR}/translate.cmake"
  DEPENDS "${BETAGUARD_MODULE}" "${CMAKE_CURRENT_LIST_DIR}/translate.cmake"
  VERBATIM)

add_library(executor OBJECT "${aot_folder}/aot_module.c")
target_include_directories(executor PUBLIC "${aot_folder}" PRIVATE "${CMAKE_CURRENT_LIST_DIR}/common")
# Bounds are checked by comparing, not by a signal; there is no recursion to count; no errno, so sqrt is an instruction.
target_compile_definitions(
  executor PUBLIC WASM_RT_MEMCHECK_SIGNAL_HANDLER=0 WASM_RT_USE_STACK_DEPTH_COUNT=0 PRIVATE NDEBUG)
# wasm2c defines what a module may need, not what this one does.
target_compile_options(
  executor PRIVATE -O2 -fno-math-errno -Wall -Wextra -Werror -Wno-unused -Wno-unused-parameter ${PORT_COMPILE_OPTIONS})
