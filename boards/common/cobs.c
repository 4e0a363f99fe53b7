#include "cobs.h"

/** Code byte of a block of 254 bytes that no 0 ends. */
#define FULL 0xff

static void append(struct cobs_decoder *decoder, uint8_t byte) {
    if (decoder->length < decoder->most)
        decoder->into[decoder->length] = byte;
    decoder->length++;
}

void cobs_restart(struct cobs_decoder *decoder) {
    decoder->length = 0;
    decoder->left = 0;
    decoder->code = 0;
}

enum cobs_event cobs_take(struct cobs_decoder *decoder, uint8_t byte) {
    if (byte == 0) {
        // Zeros between frames: a sender may begin with one to end whatever noise came before.
        if (decoder->code == 0)
            return COBS_MORE;
        return decoder->left == 0 ? COBS_FRAME : COBS_DAMAGED;
    }
    if (decoder->left > 0) {
        decoder->left--;
        append(decoder, byte);
        return COBS_MORE;
    }
    if (decoder->code != 0 && decoder->code != FULL)
        append(decoder, 0);
    decoder->code = byte;
    decoder->left = byte - 1;
    return COBS_MORE;
}

void cobs_send(const uint8_t *frame, size_t length, void (*write)(const uint8_t *from, int bytes)) {
    uint8_t block[FULL];
    uint8_t code = 1;
    for (size_t i = 0; i < length; i++) {
        if (frame[i] != 0)
            block[code++] = frame[i];
        if (frame[i] == 0 || code == FULL) {
            block[0] = code;
            write(block, code);
            code = 1;
        }
    }
    block[0] = code;
    write(block, code);
    write((const uint8_t[]){0}, 1);
}
