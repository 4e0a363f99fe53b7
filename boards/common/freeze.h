/*
 * Freeze frames: around a change of what limits the pack, or a stop, the inputs and the state of the cell that binds, before
 * and after, so that a host can repeat the steps to the same bits. Cells depend on one another through the pack's
 * outputs only: a cell, the header and the inputs are all it takes.
 *
 * The state before comes from a copy of the whole state region in the module's staging area, which a board that steps
 * does not use otherwise. It is taken every step, or as rarely as the inputs since fit behind it.
 */
#ifndef BETAGUARD_FREEZE_H
#define BETAGUARD_FREEZE_H

#include <stdbool.h>

#include "betaguard.h"

/** Before and after each step of the module, its inputs being in their records. */
void freeze_before_step(void);
void freeze_after_step(void);

/** The logic has been stopped. `intact`: between two steps, so that its state is one. */
void freeze_stopped(enum bg_safe_cause cause, bool intact);

/** Parameters or cells are others, or the staging area was used: nothing is left of what was kept. */
void freeze_restart(void);

/** A frame's number, from the oldest (0) on; 0 past the newest. Numbers count up from 1. */
uint32_t freeze_number(uint32_t index);

/** Events that found no room since a frame was last cleared. */
uint32_t freeze_missed(void);

/**
 * The frame of that number as the link sends it (host/schema/link.ts), of freeze_bytes() bytes; null when there is none.
 * One that still waits for steps after its event ends here.
 */
const uint8_t *freeze_frame(uint32_t number);
uint32_t freeze_bytes(void);

/** Makes room; false when there is no frame of that number. */
bool freeze_clear(uint32_t number);

#endif
