/*
 * Consistent Overhead Byte Stuffing (Cheshire, Baker 1999): a frame without 0 bytes, ended by one, so that a receiver
 * that lost its place finds the next frame.
 */
#ifndef BETAGUARD_COBS_H
#define BETAGUARD_COBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What has come of the frame that is being received. All 0 but `into` and `most` to begin with. */
struct cobs_decoder {
    uint8_t *into;
    size_t most;
    /** Decoded so far, those that found no room included. */
    size_t length;
    /** Bytes to come in this block. */
    uint8_t left;
    /** The block's code byte; 0 before the first. */
    uint8_t code;
};

enum cobs_event {
    COBS_MORE,
    /** `length` bytes have been decoded; more than `most` if the frame is too long. */
    COBS_FRAME,
    /** The frame ended inside a block. */
    COBS_DAMAGED
};

/** Takes one byte from the line. After an event, call cobs_restart(). */
enum cobs_event cobs_take(struct cobs_decoder *decoder, uint8_t byte);
void cobs_restart(struct cobs_decoder *decoder);

/** Encodes a frame, its final 0 included, handing it on block by block. */
void cobs_send(const uint8_t *frame, size_t length, void (*write)(const uint8_t *from, int bytes));

#endif
