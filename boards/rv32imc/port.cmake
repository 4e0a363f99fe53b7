set(BETAGUARD_HEAP_BYTES 88064)
set(STACK_BYTES 8192)
set(BETAGUARD_LINK_REQUEST_BYTES 4096)
set(BETAGUARD_LINK_ANSWER_BYTES 4096)
set(BETAGUARD_FREEZE_FRAMES 4)
set(BETAGUARD_FREEZE_STEPS 32)
set(PORT_SOURCES
    rv32imc/clock.c
    rv32imc/fault.c
    rv32imc/link.c
    rv32imc/main.c
    rv32imc/memory.c
    rv32imc/startup.c
    rv32imc/store.c)
# A loop that copies must not become a call of the function it is in.
set_source_files_properties(rv32imc/memory.c PROPERTIES COMPILE_OPTIONS -fno-tree-loop-distribute-patterns)
set(PORT_LINK_OPTIONS
    -nostartfiles
    -T${CMAKE_CURRENT_SOURCE_DIR}/rv32imc/rv32imc.ld
    -Wl,--defsym=STACK_BYTES=${STACK_BYTES}
    -Wl,--fatal-warnings)

set(CMAKE_EXECUTABLE_SUFFIX .elf)
