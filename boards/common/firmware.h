/*
 * The board's main loop: link, control tick, safe state. A port's main() brings the hardware up and calls
 * firmware_run().
 */
#ifndef BETAGUARD_FIRMWARE_H
#define BETAGUARD_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "betaguard.h"

struct firmware {
    const struct betaguard_module *module;
    enum bg_mode mode;
    /** Why the logic is stopped until the processor is reset; none while it is not. */
    enum bg_safe_cause stopped;
    /** Why the board was last in the safe state, also before the last reset. */
    enum bg_safe_cause last_cause;
    /** Control ticks missed since start. */
    uint32_t overruns;
    /** Steps since the last reset or restore of the cells, and the port's ticks one took. */
    uint32_t steps;
    uint32_t ticks_last;
    uint32_t ticks_most;
    uint32_t ticks_least;
    /** Of the longest work for freeze frames in a step, which is in none of the numbers above. */
    uint32_t ticks_freeze;
};

/** For messages.c; changed by the functions below only. */
extern struct firmware firmware;

/** Runs until the link's other side is gone for good. */
void firmware_run(const struct betaguard_module *module);

/** What firmware_run() does before its loop, and each time round it; false when the link is gone. */
void firmware_start(const struct betaguard_module *module);
bool firmware_turn(void);

/** One step, timed. A bg_status, or negative: the board is then in the safe state. */
int32_t firmware_step(void);

/** Begins to count steps anew. */
void firmware_cells_changed(void);

/** Changes the mode; false when the logic is stopped, or no cells have been reset that could go live. */
bool firmware_enter(enum bg_mode mode);

/** Into the safe state until the processor is reset. */
void firmware_stop(enum bg_safe_cause cause);

#endif
