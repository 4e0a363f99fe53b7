#include "betaguard.h"

#include <stddef.h>
#include <string.h>

static uint8_t *memory;
static int32_t cells_in_use;
static enum bg_safe_cause stopped;

static int32_t stop(enum bg_safe_cause cause) {
    stopped = cause;
    return -(int32_t)cause;
}

/** Calls an export whose result is a status or a length. */
static int32_t call(enum bg_export function, int32_t argument) {
    if (stopped != BG_SAFE_CAUSE_NONE)
        return -(int32_t)stopped;
    int32_t result = 0;
    enum bg_safe_cause cause = executor_call(function, argument, &result);
    if (cause != BG_SAFE_CAUSE_NONE)
        return stop(cause);
    return result >= 0 ? result : stop(BG_SAFE_CAUSE_MODULE);
}

int32_t betaguard_start(const struct betaguard_module *module) {
    enum bg_safe_cause cause = executor_start(module, &memory);
    int32_t version = 0;
    int32_t hash = 0;
    if (cause == BG_SAFE_CAUSE_NONE)
        cause = executor_call(BG_EXPORT_ABI_VERSION, 0, &version);
    if (cause == BG_SAFE_CAUSE_NONE)
        cause = executor_call(BG_EXPORT_LAYOUT_HASH, 0, &hash);
    if (cause == BG_SAFE_CAUSE_NONE && (version != BG_ABI_VERSION || hash != BG_LAYOUT_HASH))
        cause = BG_SAFE_CAUSE_MODULE;
    return stop(cause);
}

int32_t betaguard_set_parameters(const void *pairs, int32_t count, int32_t *refused) {
    *refused = -1;
    if (count < 0 || (size_t)count > BETAGUARD_STAGING_BYTES / sizeof(struct betaguard_parameter))
        return BG_STATUS_BAD_COUNT;
    if (stopped == BG_SAFE_CAUSE_NONE)
        memcpy(betaguard_staging(), pairs, (size_t)count * sizeof(struct betaguard_parameter));
    int32_t status = call(BG_EXPORT_SET_PARAMETERS, count);
    if (status <= 0)
        return status;
    enum bg_safe_cause cause = executor_call(BG_EXPORT_REFUSED_PARAMETER, 0, refused);
    return cause == BG_SAFE_CAUSE_NONE ? status : stop(cause);
}

int32_t betaguard_reset(int32_t cells) {
    int32_t status = call(BG_EXPORT_RESET, cells);
    if (status < 0)
        return status;
    // The module refuses any other number; were it to take one, its outputs would lie outside its memory.
    if (status == BG_STATUS_OK && (cells < 1 || cells > BG_MAX_CELLS))
        return stop(BG_SAFE_CAUSE_MODULE);
    cells_in_use = status == BG_STATUS_OK ? cells : 0;
    return status;
}

int32_t betaguard_cells(void) {
    return cells_in_use;
}

int32_t betaguard_step(void) {
    return call(BG_EXPORT_STEP, 0);
}

struct bg_step_input *betaguard_step_input(void) {
    return (struct bg_step_input *)(memory + BG_STEP_INPUT_AT);
}

struct bg_cell_input *betaguard_cell_inputs(void) {
    return (struct bg_cell_input *)(memory + BG_CELL_INPUT_AT);
}

const struct bg_cell_output *betaguard_cell_output(int32_t cell) {
    return (const struct bg_cell_output *)(memory + BG_CELLS_AT + cell * BG_CELL_STATE_BYTES);
}

const struct bg_pack_output *betaguard_pack_output(void) {
    return (const struct bg_pack_output *)(memory + BG_PACK_OUTPUT_AT);
}

int32_t betaguard_snapshot(const uint8_t **bytes) {
    int32_t length = call(BG_EXPORT_SNAPSHOT, 0);
    if (length >= 0 && length != BG_SNAPSHOT_BYTES(cells_in_use))
        return stop(BG_SAFE_CAUSE_MODULE);
    *bytes = betaguard_state();
    return length;
}

const uint8_t *betaguard_state(void) {
    return memory ? memory + BG_HEADER_AT : NULL;
}

uint8_t *betaguard_staging(void) {
    return memory + BG_STAGING_AT;
}

int32_t betaguard_restore(int32_t length) {
    if (length < 0 || length > BETAGUARD_STAGING_BYTES)
        return BG_STATUS_BAD_COUNT;
    int32_t status = call(BG_EXPORT_RESTORE, length);
    if (status != BG_STATUS_OK)
        return status;
    struct bg_header header;
    memcpy(&header, betaguard_state(), sizeof header);
    if (header.cells < 1 || header.cells > BG_MAX_CELLS)
        return stop(BG_SAFE_CAUSE_MODULE);
    cells_in_use = header.cells;
    return BG_STATUS_OK;
}
