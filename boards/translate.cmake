# Translates MODULE to C: leaves aot_module.c, aot_module.h and wasm-rt.h in the folder INTO.

# Names and prelude of the translation differ from one release of wabt to the next.
set(EXPECTED_VERSION "1.0.32")

find_program(WASM2C wasm2c)
cmake_path(GET WASM2C PARENT_PATH BIN)
find_path(WASM_RT wasm-rt.h PATHS ${BIN}/../include)
if(NOT WASM2C OR NOT WASM_RT)
    message(FATAL_ERROR "expected wasm2c and wasm-rt.h, found ${WASM2C}, ${WASM_RT}: install Debian's package wabt")
endif()
execute_process(COMMAND ${WASM2C} --version OUTPUT_VARIABLE VERSION OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT VERSION MATCHES "^${EXPECTED_VERSION}")
    message(FATAL_ERROR "expected wasm2c of wabt ${EXPECTED_VERSION}, found ${VERSION}: put Debian 12's first in PATH")
endif()

file(MAKE_DIRECTORY ${INTO})
execute_process(COMMAND ${WASM2C} ${MODULE} -n betaguard -o ${INTO}/aot_module.c COMMAND_ERROR_IS_FATAL ANY)
file(COPY ${WASM_RT}/wasm-rt.h DESTINATION ${INTO})

# Between wasm2c's definitions, which are the same for every module, and the translation that uses them.
set(BORDER "static bool s_module_initialized = false;")
file(READ ${INTO}/aot_module.c TRANSLATION)
string(FIND "${TRANSLATION}" "${BORDER}" AT)
if(AT EQUAL -1)
    message(FATAL_ERROR "expected \"${BORDER}\" in ${INTO}/aot_module.c, found none: wasm2c ${VERSION} writes another prelude")
endif()
string(REPLACE "${BORDER}" "#include \"aot_operations.h\"\n\n${BORDER}" TRANSLATION "${TRANSLATION}")
file(WRITE ${INTO}/aot_module.c "${TRANSLATION}")
