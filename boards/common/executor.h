/*
 * What runs the module's logic: wasm3 interprets its bytes (executor_wasm3.c), or wasm2c's translation of the same bytes
 * is linked in (executor_aot.c). A build holds exactly one of them.
 *
 * A function that can fail returns the cause for which the board must go into the safe state, BG_SAFE_CAUSE_NONE if
 * none. After any other the module's memory may be half changed: nothing may be called again until the next start of
 * the processor. betaguard.c sees to that; nothing else calls an executor.
 */
#ifndef BETAGUARD_EXECUTOR_H
#define BETAGUARD_EXECUTOR_H

#include "layout.h"

/** A module as bytes. `bytes` must stay where it is and unchanged while the module runs; it may lie in flash. */
struct betaguard_module {
    const uint8_t *bytes;
    uint32_t length;
    /** Of the bytes; all 0 where it is not known. */
    uint8_t sha256[32];
};

/** The module this firmware was built with. Ahead of time, `bytes` is null: only its translation is on the board. */
extern const struct betaguard_module betaguard_module;

extern const enum bg_executor executor_kind;

/**
 * Brings the module to the point where every export can be called, and leaves in `memory` the first of at least
 * BG_BOARD_MEMORY_BYTES bytes of its linear memory, on a 4-byte boundary. An access of the module past them is a trap.
 * Nothing allocates after it returned. Called once.
 */
enum bg_safe_cause executor_start(const struct betaguard_module *module, uint8_t **memory);

/** Calls an export. `argument` is ignored by those that take none; `result` is unchanged after a failure. */
enum bg_safe_cause executor_call(enum bg_export function, int32_t argument, int32_t *result);

/** High-water mark and size, in bytes, of the fixed heap that holds the linear memory and all else that was allocated. */
void executor_heap(uint32_t *used, uint32_t *size);

#endif
