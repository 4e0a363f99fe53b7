# wasm3 from WASM3_DIR as the library `executor`, with its f64 as BETAGUARD_F64. Nothing in WASM3_DIR is changed.
set(EXECUTOR_SOURCES common/executor_wasm3.c)

if(NOT EXISTS "${WASM3_DIR}/m3_core.h")
  message(FATAL_ERROR "expected wasm3's sources in WASM3_DIR, found no m3_core.h in ${WASM3_DIR}: npm ci, or set WASM3_DIR")
endif()

set(wasm3_copy "${CMAKE_CURRENT_BINARY_DIR}/wasm3")
file(GLOB wasm3_files RELATIVE "${WASM3_DIR}" CONFIGURE_DEPENDS "${WASM3_DIR}/*.[ch]" "${WASM3_DIR}/extensions/*.[ch]")
foreach(name IN LISTS wasm3_files)
  if(NOT name MATCHES "^m3_(core|exec)\\.h$")
    configure_file("${WASM3_DIR}/${name}" "${wasm3_copy}/${name}" COPYONLY)
  endif()
endforeach()

# The one line that says what f64 is. executor_wasm3.c says why another answer is exact.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${WASM3_DIR}/m3_core.h")
file(READ "${WASM3_DIR}/m3_core.h" core)
string(REGEX MATCHALL "typedef[ \t]+double[ \t]+f64" lines "${core}")
list(LENGTH lines found)
if(NOT found EQUAL 1)
  message(FATAL_ERROR "expected one `typedef double f64;` in ${WASM3_DIR}/m3_core.h, found ${found}: this wasm3 is not "
                      "known; build with -DBETAGUARD_F64=double only after reading how it defines f64")
endif()
string(REGEX REPLACE "(typedef[ \t]+)double([ \t]+f64)" "\\1${BETAGUARD_F64}\\2" core "${core}")
file(GENERATE OUTPUT "${wasm3_copy}/m3_core.h" CONTENT "${core}")

# Its bounds checks add and compare in 64 bits. The same in 32, where a sum that wraps is past the end as it is in 64:
# half the instructions of a load or store. "As it ships" stays as it ships, and so does text that is not as expected.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${WASM3_DIR}/m3_exec.h")
file(READ "${WASM3_DIR}/m3_exec.h" exec)
string(REGEX MATCHALL "u64 operand = (slot \\(u32\\)|\\(u32\\) _r0)" addresses "${exec}")
string(REGEX MATCHALL "operand \\+= offset" sums "${exec}")
string(REGEX MATCHALL "operand \\+ sizeof \\([A-Z_]+\\) <= _mem->length" checks "${exec}")
list(LENGTH addresses address_count)
list(LENGTH sums sum_count)
list(LENGTH checks check_count)
if(BETAGUARD_F64 STREQUAL float AND address_count GREATER 0 AND address_count EQUAL sum_count AND address_count EQUAL
                                                                                                  check_count)
  string(REGEX REPLACE "u64 (operand = (slot \\(u32\\)|\\(u32\\) _r0))" "u32 \\1" exec "${exec}")
  string(REPLACE "operand += offset" "bool wrapped = __builtin_add_overflow (operand, offset, & operand)" exec "${exec}")
  string(REGEX REPLACE "operand \\+ (sizeof \\([A-Z_]+\\)) <= _mem->length"
                       "not wrapped and operand <= _mem->length and _mem->length - operand >= \\1" exec "${exec}")
endif()
file(GENERATE OUTPUT "${wasm3_copy}/m3_exec.h" CONTENT "${exec}")

set(wasm3_sources "")
foreach(part bind code compile core env exec function info module parse validate)
  if(EXISTS "${WASM3_DIR}/m3_${part}.c")
    list(APPEND wasm3_sources "${wasm3_copy}/m3_${part}.c")
  endif()
endforeach()

add_library(executor STATIC ${wasm3_sources})
target_include_directories(executor SYSTEM PUBLIC "${wasm3_copy}")
target_link_libraries(executor PUBLIC m)
target_compile_definitions(
  executor
  PUBLIC d_m3FixedHeap=${BETAGUARD_HEAP_BYTES}
         d_m3FixedHeapAlign=${CMAKE_SIZEOF_VOID_P}
         d_m3HasWASI=0
         d_m3VerboseErrorMessages=0
         d_m3CodePageAlignSize=256
         d_m3MaxFunctionStackHeight=128
         BETAGUARD_CODE_WORDS=${BETAGUARD_CODE_WORDS}
         BETAGUARD_WASM_STACK_BYTES=${BETAGUARD_WASM_STACK_BYTES})
# Warnings are its authors' to mend. Below -O2 GCC makes no jumps of the calls that end an operation.
target_compile_options(executor PRIVATE -w -O2 ${PORT_COMPILE_OPTIONS})

# Private fields: used where they are, see executor_wasm3.c.
file(STRINGS "${WASM3_DIR}/m3_env.h" memory_limit REGEX "memoryLimit;")
if(memory_limit)
  target_compile_definitions(executor PUBLIC BETAGUARD_HAVE_MEMORY_LIMIT)
endif()
file(STRINGS "${WASM3_DIR}/m3_env.h" code_pages REGEX "M3CodePage.*pages(Open|Full);")
list(LENGTH code_pages lists)
if(lists EQUAL 2)
  target_compile_definitions(executor PUBLIC BETAGUARD_HAVE_CODE_PAGES)
endif()
