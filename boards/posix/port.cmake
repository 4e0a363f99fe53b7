set(BETAGUARD_HEAP_BYTES 262144)
set(BETAGUARD_LINK_REQUEST_BYTES 32768)
set(BETAGUARD_LINK_ANSWER_BYTES 32768)
set(BETAGUARD_FREEZE_FRAMES 16)
set(BETAGUARD_FREEZE_STEPS 64)
set(PORT_SOURCES
    posix/bus.c
    posix/cell.c
    posix/clock.c
    posix/main.c
    posix/stack.c
    posix/storage.c
    posix/stream.c)
add_compile_definitions(_GNU_SOURCE)
find_package(Threads REQUIRED)
set(PORT_LIBRARIES Threads::Threads)
# Frames are larger with sanitizers.
if(BETAGUARD_SANITIZE)
  add_compile_definitions(BETAGUARD_POSIX_STACK_BYTES=1048576)
else()
  add_compile_definitions(BETAGUARD_POSIX_STACK_BYTES=65536)
endif()
