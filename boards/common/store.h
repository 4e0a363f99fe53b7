/*
 * Snapshots in the port's storage, so that the board starts from the last one. Records are appended to a sector until
 * it is full, then the next sector is erased and used: wear is spread, and the newest whole record is never touched
 * while another is written. Power may fail between any two bytes.
 */
#ifndef BETAGUARD_STORE_H
#define BETAGUARD_STORE_H

#include <stdbool.h>
#include <stdint.h>

/** Appends a record. False when the storage is absent, too small or fails. */
bool store_save(const uint8_t *snapshot, uint32_t bytes);

/** The newest whole record into `into`; returns its length, 0 if there is none, or it is of another layout or too long. */
uint32_t store_load(uint8_t *into, uint32_t most);

#endif
