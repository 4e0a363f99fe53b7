/*
 * The module as C sees it, for firmware that has its own main loop. firmware.c uses nothing else.
 *
 *     betaguard_start(&betaguard_module);
 *     betaguard_set_parameters(pairs, count, &refused);
 *     betaguard_reset(cells);
 *     every 100 ms: fill betaguard_step_input() and betaguard_cell_inputs(), betaguard_step(), read
 *     betaguard_pack_output() and betaguard_cell_output(cell)
 *     now and then: betaguard_snapshot(&bytes), kept where power cannot take it
 *
 * Records and codes are in layout.h, with units. All functions return a `bg_status` (0 done, otherwise refused and
 * nothing changed), or, when the logic cannot be trusted any more, a negative `bg_safe_cause`: open the contactor. From
 * then on every function returns that cause, until the processor is reset. Not reentrant: one caller, one thread.
 */
#ifndef BETAGUARD_H
#define BETAGUARD_H

#include "executor.h"

struct betaguard_parameter {
    /** An enum bg_parameter. */
    int32_t id;
    float value;
};

/** Starts the executor and checks that module and layout.h belong together. Once, before everything else. */
int32_t betaguard_start(const struct betaguard_module *module);

/**
 * `pairs` is `count` times a struct betaguard_parameter, on any boundary; all are checked before one changes. `refused` receives
 * the id at fault, or −1.
 */
int32_t betaguard_set_parameters(const void *pairs, int32_t count, int32_t *refused);

/** Puts 1 … BG_MAX_CELLS cells into their initial state. */
int32_t betaguard_reset(int32_t cells);

/** Cells in use: 0 before the first reset or restore. */
int32_t betaguard_cells(void);

/** One step of all cells with what lies in the input records. */
int32_t betaguard_step(void);

/** Inputs of the next step and outputs of the last. Valid after a start that returned BG_STATUS_OK. */
struct bg_step_input *betaguard_step_input(void);
/** BG_MAX_CELLS records; the first betaguard_cells() count. */
struct bg_cell_input *betaguard_cell_inputs(void);
const struct bg_cell_output *betaguard_cell_output(int32_t cell);
const struct bg_pack_output *betaguard_pack_output(void);

/**
 * Seals parameters and state of all cells and leaves their first byte in `bytes`; returns their number (or a negative
 * cause). They are good until the next call.
 */
int32_t betaguard_snapshot(const uint8_t **bytes);

/** The state region without sealing it: BG_SNAPSHOT_BYTES(betaguard_cells()) bytes; null when the start failed. */
const uint8_t *betaguard_state(void);

/** BETAGUARD_STAGING_BYTES where a snapshot to be restored is put. */
uint8_t *betaguard_staging(void);
#define BETAGUARD_STAGING_BYTES BG_SNAPSHOT_BYTES(BG_MAX_CELLS)

/** Takes over the staged snapshot of `length` bytes: magic, layout, size and CRC are checked before a byte changes. */
int32_t betaguard_restore(int32_t length);

#endif
