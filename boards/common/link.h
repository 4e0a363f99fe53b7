/*
 * Frames and their order: what host/schema/link.ts says of every message. What a message does is in messages.c.
 */
#ifndef BETAGUARD_LINK_H
#define BETAGUARD_LINK_H

#include <stdbool.h>
#include <stdint.h>

struct link_counters {
    /** Frames with a wrong COBS code or CRC. */
    uint32_t damaged;
    /** Frames refused for any other reason. */
    uint32_t refused;
};

/** Counts since start. */
const struct link_counters *link_counters(void);

/**
 * Takes what the port received and answers the requests that are complete. False when the other side is gone for good.
 * `busy` says whether anything came.
 */
bool link_turn(bool *busy);

#endif
