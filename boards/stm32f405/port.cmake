set(BETAGUARD_BAUD 115200 CACHE STRING "Of the link; a USB adapter that can do 921600 makes a replay eight times as fast")
set(STACK_BYTES 8192)

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
# Code that lies in RAM comes with the data: one segment is writable and executable, which the linker would warn of.
set(PORT_LINK_OPTIONS
    -nostartfiles
    -T${CMAKE_CURRENT_SOURCE_DIR}/stm32f405/stm32f405.ld
    -Wl,--defsym=STACK_BYTES=${STACK_BYTES}
    -Wl,--no-warn-rwx-segments
    -Wl,--fatal-warnings)

set(CMAKE_EXECUTABLE_SUFFIX .elf)
