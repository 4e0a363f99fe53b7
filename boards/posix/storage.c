/* A file for the flash: its sectors, then two words that a reset leaves alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "parts.h"

#define SECTORS 2
#define SECTOR_BYTES 65536
#define STORAGE_BYTES (SECTORS * SECTOR_BYTES)

const uint32_t port_store_sectors = SECTORS;
const uint32_t port_store_sector_bytes = SECTOR_BYTES;

/** Behind the sectors. */
struct survivor {
    uint32_t kept;
    /** What the next start is to find. */
    uint32_t reset_cause;
};

static int file = -1;
/** Unless this process ends otherwise, the next start is what the reset button does. */
static struct survivor survivor = {.kept = 0, .reset_cause = PORT_RESET_PIN};
static enum port_reset_cause started_by = PORT_RESET_POWER;
static uint64_t until_cut;

static bool write_survivor(void) {
    return file < 0 || pwrite(file, &survivor, sizeof survivor, STORAGE_BYTES) == (ssize_t)sizeof survivor;
}

/** Sets all of a new file's flash to 0xff. */
static bool erase_all(void) {
    uint8_t erased[SECTOR_BYTES];
    memset(erased, 0xff, sizeof erased);
    for (int sector = 0; sector < SECTORS; sector++)
        if (pwrite(file, erased, sizeof erased, sector * SECTOR_BYTES) != (ssize_t)sizeof erased)
            return false;
    return true;
}

void storage_open(void) {
    until_cut = options.cut;
    if (!options.store)
        return;
    file = open(options.store, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
        refuse("--store: expected a file to write to, found %s: %s", options.store, strerror(errno));
    off_t length = lseek(file, 0, SEEK_END);
    struct survivor last;
    if (length == STORAGE_BYTES + (off_t)sizeof last && pread(file, &last, sizeof last, STORAGE_BYTES) == sizeof last) {
        survivor.kept = last.kept;
        started_by = (enum port_reset_cause)last.reset_cause;
    } else if (length != 0) {
        refuse("--store: expected a file that this program made, found %s of %lld bytes", options.store,
               (long long)length);
    } else if (!erase_all()) {
        refuse("--store: expected room for %d bytes, found %s: %s", STORAGE_BYTES, options.store, strerror(errno));
    }
    if (!write_survivor())
        refuse("--store: expected a file to write to, found %s: %s", options.store, strerror(errno));
}

void storage_reset(enum port_reset_cause cause, enum exit_code code, const char *line) {
    survivor.reset_cause = cause;
    if (cause == PORT_RESET_POWER)
        survivor.kept = 0;
    say(line);
    write_survivor();
    _exit(code);
}

enum port_reset_cause port_reset_cause(void) {
    return started_by;
}

void port_keep(uint32_t word) {
    survivor.kept = word;
    write_survivor();
}

uint32_t port_kept(void) {
    return survivor.kept;
}

static bool inside(uint32_t at, uint32_t bytes) {
    return file >= 0 && at <= STORAGE_BYTES && bytes <= STORAGE_BYTES - at;
}

bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    return inside(at, bytes) && pread(file, into, bytes, at) == (ssize_t)bytes;
}

/** Puts bytes into the file; power may fail among them. */
static bool put(uint32_t at, const uint8_t *from, uint32_t bytes) {
    uint32_t powered = bytes < until_cut ? bytes : (uint32_t)until_cut;
    if (pwrite(file, from, powered, at) != (ssize_t)powered)
        return false;
    until_cut -= powered;
    if (powered < bytes)
        storage_reset(PORT_RESET_POWER, EXIT_POWER, "reset: power\n");
    return true;
}

bool port_store_erase(uint32_t sector) {
    uint8_t erased[1024];
    memset(erased, 0xff, sizeof erased);
    if (sector >= SECTORS || !inside(sector * SECTOR_BYTES, SECTOR_BYTES))
        return false;
    for (uint32_t at = 0; at < SECTOR_BYTES; at += sizeof erased)
        if (!put(sector * SECTOR_BYTES + at, erased, sizeof erased))
            return false;
    return true;
}

bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    return inside(at, bytes) && at % 4 == 0 && bytes % 4 == 0 && put(at, from, bytes);
}
