/*
 * The store: the four upper flash sectors, 128 KiB each. Erasing one takes 1 to 2 s, during which nothing can be read
 * from the flash: code and interrupts in it stand still. So the wait lies in RAM, feeds the watchdog and keeps count of
 * the tick; bytes on the link are lost meanwhile, which its frames notice.
 */
#include "flash.h"

#include <string.h>

#include "clock.h"
#include "port.h"
#include "registers.h"

extern const uint8_t store_start[];

#define FIRST_SECTOR 8u
#define SECTORS 4u
#define SECTOR_BYTES 131072u

/** Longest erasure in the data sheet, doubled. */
#define ERASE_MS 4000u
/** Polls that programming a word may take: 100 µs at most by the data sheet. */
#define PATIENCE 100000u

const uint32_t port_store_sectors = SECTORS;
const uint32_t port_store_sector_bytes = SECTOR_BYTES;

static bool present;

void flash_start(void) {
    // Where the unit is not emulated the lock does not read back, and the store is reported as absent.
    FLASH_CR = FLASH_CR_LOCK;
    present = (FLASH_CR & FLASH_CR_LOCK) != 0;
}

static bool inside(uint32_t at, uint32_t bytes) {
    return present && at <= SECTORS * SECTOR_BYTES && bytes <= SECTORS * SECTOR_BYTES - at;
}

static void unlock(void) {
    FLASH_KEYR = FLASH_KEY1;
    FLASH_KEYR = FLASH_KEY2;
    FLASH_SR = FLASH_SR_EOP | FLASH_SR_ERRORS;
}

static bool lock(bool done) {
    bool good = done && !(FLASH_SR & FLASH_SR_ERRORS);
    FLASH_CR = FLASH_CR_LOCK;
    return good;
}

bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    if (!inside(at, bytes))
        return false;
    memcpy(into, store_start + at, bytes);
    return true;
}

static __attribute__((section(".ramtext"), noinline)) bool run_erasure(uint32_t command) {
    uint32_t ticks = 0;
    __asm volatile("cpsid i" ::: "memory");
    FLASH_CR = command | FLASH_CR_STRT;
    while ((FLASH_SR & FLASH_SR_BSY) && ticks < ERASE_MS / TICK_MS) {
        IWDG_KR = IWDG_KR_KICK;
        ticks += clock_poll_tick();
    }
    bool done = !(FLASH_SR & FLASH_SR_BSY);
    __asm volatile("cpsie i" ::: "memory");
    return done;
}

bool port_store_erase(uint32_t sector) {
    if (!present || sector >= SECTORS)
        return false;
    unlock();
    bool erased = run_erasure(FLASH_CR_PSIZE_32 | FLASH_CR_SER | FLASH_CR_SNB(FIRST_SECTOR + sector));
    // The data cache may still hold what was there.
    FLASH_ACR &= ~FLASH_ACR_DCEN;
    FLASH_ACR |= FLASH_ACR_DCRST;
    FLASH_ACR &= ~FLASH_ACR_DCRST;
    FLASH_ACR |= FLASH_ACR_DCEN;
    return lock(erased);
}

bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    if (!inside(at, bytes) || at % 4 != 0 || bytes % 4 != 0)
        return false;
    bool written = true;
    unlock();
    FLASH_CR = FLASH_CR_PSIZE_32 | FLASH_CR_PG;
    for (uint32_t i = 0; written && i < bytes; i += 4) {
        uint32_t word;
        memcpy(&word, from + i, sizeof word);
        *(volatile uint32_t *)((uintptr_t)store_start + at + i) = word;
        uint32_t polls = 0;
        while ((FLASH_SR & FLASH_SR_BSY) && polls < PATIENCE)
            polls++;
        written = polls < PATIENCE;
    }
    return lock(written);
}
