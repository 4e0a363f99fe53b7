/*
 * Encodes what comes on stdin: per tick mode, safe cause, overruns and cells as i32, the pack output, and the cells'
 * states. Writes per tick the number of frames as i32, then identifier and 8 bytes of each.
 */
#include <stdio.h>
#include <stdlib.h>

#include "can.h"

static int read_exactly(void *into, size_t bytes) {
    return fread(into, 1, bytes, stdin) == bytes;
}

int main(void) {
    struct can_state state = {0};
    int32_t head[4];
    while (read_exactly(head, sizeof head)) {
        struct bg_pack_output pack;
        /* Of the exact size, so that the sanitizer sees a read past the last cell. */
        uint8_t *cells = malloc((size_t)head[3] * BG_CELL_STATE_BYTES);
        if (!cells || !read_exactly(&pack, sizeof pack) || !read_exactly(cells, (size_t)head[3] * BG_CELL_STATE_BYTES))
            return 1;
        const int live = head[0] == BG_MODE_LIVE;
        const struct can_source source = {
            .mode = (enum bg_mode)head[0],
            .safe_cause = (enum bg_safe_cause)head[1],
            .overruns = (uint32_t)head[2],
            .cells = head[3],
            .pack = live ? &pack : NULL,
            .cell_states = live ? cells : NULL,
        };
        struct can_frame frames[BG_CAN_FRAMES];
        const int32_t count = can_encode(&state, &source, frames);
        fwrite(&count, sizeof count, 1, stdout);
        for (int i = 0; i < count; i++) {
            fwrite(&frames[i].identifier, sizeof frames[i].identifier, 1, stdout);
            fwrite(frames[i].data, sizeof frames[i].data, 1, stdout);
        }
        free(cells);
    }
    return 0;
}
