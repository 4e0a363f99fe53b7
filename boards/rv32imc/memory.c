/*
 * memcpy and memset by words: picolibc's small ones go by bytes, and wasm3 copies a function's constants and clears its
 * locals each time it is called.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct block {
    uint32_t words[4];
};

void *memcpy(void *restrict into, const void *restrict from, size_t bytes) {
    uint8_t *to = into;
    const uint8_t *at = from;
    if ((((uintptr_t)to | (uintptr_t)at) & 3) == 0) {
        for (; bytes >= sizeof(struct block); bytes -= sizeof(struct block)) {
            *(struct block *)to = *(const struct block *)at;
            to += sizeof(struct block);
            at += sizeof(struct block);
        }
        for (; bytes >= 4; bytes -= 4, to += 4, at += 4)
            *(uint32_t *)to = *(const uint32_t *)at;
    }
    for (; bytes > 0; bytes--)
        *to++ = *at++;
    return into;
}

void *memset(void *into, int value, size_t bytes) {
    uint8_t *to = into;
    uint32_t word = (uint8_t)value * 0x01010101u;
    if (((uintptr_t)to & 3) == 0) {
        for (; bytes >= sizeof(struct block); bytes -= sizeof(struct block), to += sizeof(struct block))
            *(struct block *)to = (struct block){{word, word, word, word}};
        for (; bytes >= 4; bytes -= 4, to += 4)
            *(uint32_t *)to = word;
    }
    for (; bytes > 0; bytes--)
        *to++ = (uint8_t)value;
    return into;
}
