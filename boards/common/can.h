/*
 * The module's outputs as CAN frames: classic, 11-bit identifiers, 8 bytes each. Which signal lies where is generated
 * from host/schema/can.ts into can_layout.h; docs/can.md says what each means to a receiver.
 */
#ifndef BETAGUARD_CAN_H
#define BETAGUARD_CAN_H

#include "can_layout.h"

/** Every frame is 8 bytes long. */
struct can_frame {
    uint32_t identifier;
    uint8_t data[8];
};

/** What goes on from one control tick to the next. All 0 at start. */
struct can_state {
    /** Of each message's next frame. */
    uint8_t counters[BG_CAN_MESSAGES];
    /** Whose details are sent next: one cell's in each tick. */
    int32_t cell;
};

struct can_source {
    enum bg_mode mode;
    enum bg_safe_cause safe_cause;
    /** Control ticks missed since start, as in `health`. */
    uint32_t overruns;
    /** 1 … BG_MAX_CELLS; ignored unless the mode is live. */
    int32_t cells;
    /** A struct bg_pack_output, and BG_CELL_STATE_BYTES per cell, as they lie in the module's memory; likewise ignored. */
    const void *pack;
    const void *cell_states;
};

/**
 * Frames of one control tick, to be sent in this order; returns how many, at most BG_CAN_FRAMES. They come in one burst:
 * a port queues them or waits (port.h). In any mode but live all limits are 0, and what only a running module knows is not
 * available.
 */
int can_encode(struct can_state *state, const struct can_source *source, struct can_frame frames[BG_CAN_FRAMES]);

#endif
