/* The store: the first sectors of `virt`'s second flash bank, a file if QEMU is given one. */
#include <string.h>

#include "port.h"
#include "registers.h"

const uint32_t port_store_sectors = 4;
const uint32_t port_store_sector_bytes = FLASH_SECTOR_BYTES;

static bool inside(uint32_t at, uint32_t bytes) {
    uint32_t size = port_store_sectors * port_store_sector_bytes;
    return at <= size && bytes <= size - at;
}

/** Waits until the flash has done what `word` was told, and lets it be read again. */
static bool finished(volatile uint32_t *word) {
    uint32_t status;
    do
        status = *word;
    while (!(status & FLASH_STATUS_READY));
    *word = FLASH_CLEAR_STATUS;
    *word = FLASH_READ_ARRAY;
    return (status & FLASH_STATUS_FAILED) == 0;
}

bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    if (!inside(at, bytes))
        return false;
    memcpy(into, (const void *)(FLASH_START + at), bytes);
    return true;
}

bool port_store_erase(uint32_t sector) {
    if (sector >= port_store_sectors)
        return false;
    volatile uint32_t *word = &REGISTER_32(FLASH_START + sector * FLASH_SECTOR_BYTES);
    *word = FLASH_ERASE_SETUP;
    *word = FLASH_ERASE_CONFIRM;
    return finished(word);
}

bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    if (!inside(at, bytes) || at % 4 || bytes % 4)
        return false;
    for (uint32_t done = 0; done < bytes; done += 4) {
        volatile uint32_t *word = &REGISTER_32(FLASH_START + at + done);
        uint32_t value;
        memcpy(&value, from + done, 4);
        // QEMU takes its time over a word, a snapshot of 24 cells has 3,600.
        port_watchdog_kick();
        *word = FLASH_PROGRAM_WORD;
        *word = value;
        if (!finished(word))
            return false;
    }
    return true;
}
