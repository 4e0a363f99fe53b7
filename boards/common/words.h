/* Little-endian numbers at any address, as frames and records in storage hold them. */
#ifndef BETAGUARD_WORDS_H
#define BETAGUARD_WORDS_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the module's memory, its records and the link are little-endian, and are copied as they are"
#endif

static inline uint16_t get_u16(const uint8_t *from) {
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint32_t get_u32(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void put_u16(uint8_t *into, uint16_t value) {
    memcpy(into, &value, sizeof value);
}

static inline void put_u32(uint8_t *into, uint32_t value) {
    memcpy(into, &value, sizeof value);
}

#endif
