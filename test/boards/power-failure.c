/*
 * Saves snapshots into a flash in memory and lets power fail at every byte that is written, and all along an erasure. After each failure
 * the newest record must be the one before or the new one, to the last byte, and the next save must succeed.
 */
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "port.h"
#include "store.h"

#define SECTORS 3
#define SECTOR_BYTES 4096
#define SNAPSHOT_BYTES BG_SNAPSHOT_BYTES(1)
/** Enough to fill every sector more than once: two records fit into one. */
#define SAVES 8
/** Bytes of an erasure between two moments at which power may fail. */
#define ERASE_STEP 16

const uint32_t port_store_sectors = SECTORS;
const uint32_t port_store_sector_bytes = SECTOR_BYTES;

static uint8_t flash[SECTORS * SECTOR_BYTES];
static uint32_t until_failure;
static uint32_t spent;
static jmp_buf power_failed;

/** xorshift32: the same garbage in every run. */
static uint8_t garbage(void) {
    static uint32_t state = 0x2545f491;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint8_t)(state >> 24);
}

bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    if (at > sizeof flash || bytes > sizeof flash - at)
        return false;
    memcpy(into, flash + at, bytes);
    return true;
}

bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    if (at % 4 != 0 || bytes % 4 != 0 || at > sizeof flash || bytes > sizeof flash - at) {
        puts("written outside the storage or its words");
        exit(1);
    }
    for (uint32_t i = 0; i < bytes; i++, spent++) {
        if (flash[at + i] != 0xff) {
            puts("written to bytes that were not erased");
            exit(1);
        }
        if (spent == until_failure) {
            // Some of the bits that should have become 0.
            flash[at + i] = from[i] | garbage();
            longjmp(power_failed, 1);
        }
        flash[at + i] = from[i];
    }
    return true;
}

bool port_store_erase(uint32_t sector) {
    uint8_t *bytes = flash + sector * SECTOR_BYTES;
    for (uint32_t i = 0; i < SECTOR_BYTES; i += ERASE_STEP, spent++) {
        if (spent == until_failure) {
            // A sector is erased as a whole: some of the bits that should have become 1, anywhere.
            for (; i < SECTOR_BYTES; i++)
                bytes[i] |= garbage();
            longjmp(power_failed, 1);
        }
        memset(bytes + i, 0xff, ERASE_STEP);
    }
    return true;
}

static void make_snapshot(uint8_t *snapshot, int number) {
    for (int i = 0; i < SNAPSHOT_BYTES; i++)
        snapshot[i] = (uint8_t)(number * 31 + i * 7);
}

/** Saves snapshot `number` with power failing after `bytes`; false when it did. */
static bool save(int number, uint32_t bytes) {
    static uint8_t snapshot[SNAPSHOT_BYTES];
    make_snapshot(snapshot, number);
    spent = 0;
    until_failure = bytes;
    if (setjmp(power_failed))
        return false;
    if (!store_save(snapshot, SNAPSHOT_BYTES)) {
        printf("save %d was refused\n", number);
        exit(1);
    }
    return true;
}

/** Number of the snapshot that a start finds, out of two; 0: none. */
static int found(int one, int other) {
    uint8_t loaded[SNAPSHOT_BYTES];
    uint8_t snapshot[SNAPSHOT_BYTES];
    uint32_t length = store_load(loaded, sizeof loaded);
    if (length == 0)
        return 0;
    for (int i = 0; i < 2; i++) {
        int number = i == 0 ? one : other;
        make_snapshot(snapshot, number);
        if (number > 0 && length == SNAPSHOT_BYTES && memcmp(loaded, snapshot, length) == 0)
            return number;
    }
    printf("found neither record %d nor %d, but a mix of %u bytes\n", one, other, (unsigned)length);
    exit(1);
}

static void expect(bool holds, const char *what, int number, uint32_t at) {
    if (holds)
        return;
    printf("save %d, power failed after %u bytes: %s\n", number, (unsigned)at, what);
    exit(1);
}

int main(void) {
    memset(flash, 0xff, sizeof flash);
    uint32_t failures = 0;
    for (int number = 1; number <= SAVES; number++) {
        uint8_t before[sizeof flash];
        memcpy(before, flash, sizeof flash);
        bool done = false;
        for (uint32_t at = 0; !done; at++) {
            memcpy(flash, before, sizeof flash);
            done = save(number, at);
            int kept = found(number - 1, number);
            expect(kept >= number - 1, "the record before is lost", number, at);
            expect(!done || kept == number, "what was saved is not found", number, at);
            if (done)
                break;
            failures++;
            // The board comes back and saves again; now and then power fails in that too.
            uint8_t failed[sizeof flash];
            memcpy(failed, flash, sizeof flash);
            for (uint32_t again = at % 977; again < SNAPSHOT_BYTES; again += 977) {
                memcpy(flash, failed, sizeof flash);
                bool saved = save(number + 100, again);
                int next = found(kept, number + 100);
                expect(saved ? next == number + 100 : next >= kept, "a second failure lost the record", number, at);
                failures += !saved;
            }
            memcpy(flash, failed, sizeof flash);
            save(number + 100, UINT32_MAX);
            expect(found(number + 100, 0) == number + 100, "the next save is not found", number, at);
        }
    }
    printf("%u power failures\n", (unsigned)failures);
    return 0;
}
