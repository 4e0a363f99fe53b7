# Not a board: the whole firmware under libFuzzer, which stands at the other end of the link.
set(BETAGUARD_HEAP_BYTES 262144)
set(PORT_SOURCES ../test/boards/fuzzer/main.c)
set(PORT_LINK_OPTIONS -fsanitize=fuzzer)
