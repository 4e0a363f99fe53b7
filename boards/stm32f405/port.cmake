set(BETAGUARD_BAUD 115200 CACHE STRING "Of the link; a USB adapter that can do 921600 makes a replay eight times as fast")
# Together below 96 KiB of RAM; docs/budget.md has what is used of them.
set(STACK_BYTES 2560)
set(BETAGUARD_HEAP_BYTES 86144)

set(PORT_SOURCES
    stm32f405/bxcan.c
    stm32f405/clock.c
    stm32f405/fault.c
    stm32f405/flash.c
    stm32f405/kept.c
    stm32f405/main.c
    stm32f405/outputs.c
    stm32f405/reset.c
    stm32f405/sensors.c
    stm32f405/startup.c
    stm32f405/uart.c
    stm32f405/watchdog.c)
set(PORT_COMPILE_OPTIONS -DBETAGUARD_BAUD=${BETAGUARD_BAUD})
if(NOT BETAGUARD_AOT AND BETAGUARD_F64 STREQUAL float)
  # wasm3's operations jump from one to the next and never return, so nothing is left of what the calling convention
  # saves r4 … r6 for: without saving them a step takes 11 % fewer instructions. This is another calling convention. It
  # holds for every file of this image; the C library keeps to the stricter one and calls none of our functions;
  # startup.c saves the three for interrupts. Not for code that a library calls back, such as a comparison for qsort().
  list(APPEND PORT_COMPILE_OPTIONS -fcall-used-r4 -fcall-used-r5 -fcall-used-r6)
  # Another 2 %: sqrtf() as one instruction, and an allocator of registers that does better on short functions.
  list(APPEND PORT_COMPILE_OPTIONS -fno-math-errno -fira-algorithm=priority)
endif()
# Code that lies in RAM comes with the data: one segment is writable and executable, which the linker would warn of.
set(PORT_LINK_OPTIONS
    -nostartfiles
    -T${CMAKE_CURRENT_SOURCE_DIR}/stm32f405/stm32f405.ld
    -Wl,--defsym=STACK_BYTES=${STACK_BYTES}
    -Wl,--no-warn-rwx-segments
    -Wl,--fatal-warnings)

set(CMAKE_EXECUTABLE_SUFFIX .elf)
