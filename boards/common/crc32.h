/* CRC-32 of IEEE 802.3, as in zip and Ethernet: of frames, records in storage and the state region. */
#ifndef BETAGUARD_CRC32_H
#define BETAGUARD_CRC32_H

#include <stddef.h>
#include <stdint.h>

/** CRC of `length` more bytes after those whose CRC is `before`; 0 to begin with. */
uint32_t crc32(uint32_t before, const uint8_t *bytes, size_t length);

#endif
