#include "store.h"

#include <stddef.h>

#include "crc32.h"
#include "layout.h"
#include "port.h"

/** "BGR1", little-endian. */
#define MAGIC 0x31524742u
#define ERASED 0xff

/** Lies before its snapshot and is written after it: a record with a whole header is a whole record. */
struct record {
    uint32_t magic;
    /** Of the layout whose snapshot follows. */
    int32_t layout_hash;
    /** Counts up by 1 with every record; the newest has the highest. */
    uint32_t counter;
    uint32_t length;
    uint32_t snapshot_crc;
    /** Of the words above. */
    uint32_t crc;
};
_Static_assert(sizeof(struct record) % 4 == 0, "storage is written in words");
_Static_assert(BG_SNAPSHOT_BYTES(0) % 4 == 0 && BG_CELL_STATE_BYTES % 4 == 0, "storage is written in words");

struct place {
    bool found;
    /** Of the record's header, counted from the start of the storage. */
    uint32_t at;
    struct record record;
};

/** Calls `take` with a stretch of the storage piece by piece; false as soon as a read or `take` does. */
static bool each_piece(uint32_t at, uint32_t bytes, bool (*take)(void *context, const uint8_t *piece, uint32_t bytes),
                       void *context) {
    uint8_t piece[64];
    while (bytes > 0) {
        uint32_t count = bytes < sizeof piece ? bytes : (uint32_t)sizeof piece;
        if (!port_store_read(at, piece, count) || !take(context, piece, count))
            return false;
        at += count;
        bytes -= count;
    }
    return true;
}

static bool add_to_crc(void *context, const uint8_t *piece, uint32_t bytes) {
    uint32_t *crc = context;
    *crc = crc32(*crc, piece, bytes);
    return true;
}

static bool is_erased(void *context, const uint8_t *piece, uint32_t bytes) {
    (void)context;
    for (uint32_t i = 0; i < bytes; i++)
        if (piece[i] != ERASED)
            return false;
    return true;
}

/** Reads the header at `at`; false unless it is whole and its record ends before `end`. */
static bool read_header(uint32_t at, uint32_t end, struct record *record) {
    if (end - at < sizeof *record || !port_store_read(at, (uint8_t *)record, sizeof *record))
        return false;
    return record->magic == MAGIC && record->crc == crc32(0, (const uint8_t *)record, offsetof(struct record, crc)) &&
           record->length <= end - at - sizeof *record && record->length % 4 == 0;
}

/** The newest whole record of any layout. */
static struct place newest(void) {
    struct place best = {.found = false};
    for (uint32_t sector = 0; sector < port_store_sectors; sector++) {
        uint32_t at = sector * port_store_sector_bytes;
        uint32_t end = at + port_store_sector_bytes;
        struct record record;
        for (; read_header(at, end, &record); at += (uint32_t)sizeof record + record.length) {
            uint32_t crc = 0;
            // An erasure that was cut short can leave a whole header before a damaged snapshot.
            if (!each_piece(at + (uint32_t)sizeof record, record.length, add_to_crc, &crc) || crc != record.snapshot_crc)
                continue;
            // Differences, so that the counter may wrap.
            if (!best.found || (int32_t)(record.counter - best.record.counter) > 0)
                best = (struct place){.found = true, .at = at, .record = record};
        }
    }
    return best;
}

static bool write_record(uint32_t at, const struct record *record, const uint8_t *snapshot) {
    return port_store_write(at + (uint32_t)sizeof *record, snapshot, record->length) &&
           port_store_write(at, (const uint8_t *)record, sizeof *record);
}

bool store_save(const uint8_t *snapshot, uint32_t bytes) {
    struct record record = {.magic = MAGIC, .layout_hash = BG_LAYOUT_HASH, .counter = 1, .length = bytes};
    uint32_t size = (uint32_t)sizeof record + bytes;
    // With one sector, erasing it would take the only record there is.
    if (port_store_sectors < 2 || size > port_store_sector_bytes)
        return false;

    struct place last = newest();
    uint32_t sector = 0;
    uint32_t at = 0;
    if (last.found) {
        record.counter = last.record.counter + 1;
        sector = last.at / port_store_sector_bytes;
        at = last.at + (uint32_t)sizeof record + last.record.length;
    }
    record.snapshot_crc = crc32(0, snapshot, bytes);
    record.crc = crc32(0, (const uint8_t *)&record, offsetof(struct record, crc));

    uint32_t end = (sector + 1) * port_store_sector_bytes;
    // Room that is not erased holds a record that power took.
    if (last.found && end - at >= size && each_piece(at, size, is_erased, NULL))
        return write_record(at, &record, snapshot);
    if (last.found)
        sector = (sector + 1) % port_store_sectors;
    return port_store_erase(sector) && write_record(sector * port_store_sector_bytes, &record, snapshot);
}

uint32_t store_load(uint8_t *into, uint32_t most) {
    struct place last = newest();
    if (!last.found || last.record.layout_hash != BG_LAYOUT_HASH || last.record.length > most)
        return 0;
    return port_store_read(last.at + (uint32_t)sizeof last.record, into, last.record.length) ? last.record.length : 0;
}
