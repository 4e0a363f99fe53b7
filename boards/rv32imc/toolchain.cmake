set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_C_FLAGS_INIT "--specs=picolibc.specs -march=rv32imc -mabi=ilp32")
# picolibc's specs ask for its start-up code and linker script, which the port replaces.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
