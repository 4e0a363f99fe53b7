#include "freeze.h"

#include <stddef.h>
#include <string.h>

#include "crc32.h"

/** What one step of one cell was given. */
struct inputs {
    struct bg_step_input step;
    struct bg_cell_input cell;
};

struct frame {
    struct bg_freeze head;
    struct bg_header header;
    uint8_t before[BG_CELL_STATE_BYTES];
    struct inputs inputs[BETAGUARD_FREEZE_STEPS];
    uint8_t after[BG_CELL_STATE_BYTES];
    struct bg_pack_output pack;
    /** Of all before it. */
    uint32_t crc;
};
_Static_assert(sizeof(struct frame) == BG_FREEZE_BYTES(BETAGUARD_FREEZE_STEPS), "words without padding");
_Static_assert(sizeof(struct frame) <= BETAGUARD_LINK_ANSWER_BYTES, "a frame fits into an answer");

/** In the order of their numbers; those in use come first. */
static struct frame frames[BETAGUARD_FREEZE_FRAMES];
static uint32_t held;
/** Frames that wait for more steps: the newest ones. */
static uint32_t waiting;
static uint32_t last_number;
static uint32_t missed;

/** Steps begun since the copy in the staging area was taken; 0: there is none. */
static uint32_t since;

/** What the pack's outputs said after the last step. */
static struct {
    bool known;
    int32_t charge, discharge, pressure, faults;
} last;

/** Inputs of steps before the current one lie behind the copy, one after the other. */
static uint8_t *kept_inputs(uint32_t step) {
    uint32_t cells = (uint32_t)betaguard_cells();
    return betaguard_staging() + BG_SNAPSHOT_BYTES(cells) + step * BG_INPUT_BYTES(cells);
}

/** Steps from one copy to the next: half of what a frame keeps, or as many as there is room for. */
static uint32_t interval(void) {
    uint32_t cells = (uint32_t)betaguard_cells();
    uint32_t room = (BETAGUARD_STAGING_BYTES - BG_SNAPSHOT_BYTES(cells)) / BG_INPUT_BYTES(cells);
    return room < BETAGUARD_FREEZE_STEPS / 2 - 1 ? 1 + room : BETAGUARD_FREEZE_STEPS / 2;
}

void freeze_before_step(void) {
    uint32_t cells = (uint32_t)betaguard_cells();
    if (cells == 0)
        return;
    if (since == interval())
        since = 0;
    if (since == 0)
        memcpy(betaguard_staging(), betaguard_state(), BG_SNAPSHOT_BYTES(cells));
    since++;
    if (since < interval())
        memcpy(kept_inputs(since - 1), betaguard_step_input(), BG_INPUT_BYTES(cells));
}

static void take_inputs(struct inputs *into, const uint8_t *from, int32_t cell) {
    memcpy(&into->step, from, sizeof into->step);
    memcpy(&into->cell, from + sizeof into->step + (size_t)cell * sizeof into->cell, sizeof into->cell);
}

static void seal(struct frame *frame) {
    frame->crc = crc32(0, (const uint8_t *)frame, offsetof(struct frame, crc));
}

/** The frame has all steps it will get: the state now is that after them. */
static void finish(struct frame *frame) {
    frame->head.whole = 1;
    memcpy(frame->after, betaguard_cell_output((int32_t)frame->head.cell), sizeof frame->after);
    frame->pack = *betaguard_pack_output();
    seal(frame);
}

static void finish_waiting(void) {
    for (; waiting > 0; waiting--)
        finish(&frames[held - waiting]);
}

static void remove_frame(uint32_t index) {
    if (index >= held - waiting)
        waiting--;
    held--;
    memmove(&frames[index], &frames[index + 1], (held - index) * sizeof *frames);
}

/** Room for another frame: a change of reasons gives way to what is worse. Null when there is none. */
static struct frame *room_for(enum bg_freeze_event event) {
    if (held < BETAGUARD_FREEZE_FRAMES)
        return &frames[held];
    missed++;
    if (event == BG_FREEZE_EVENT_REASON)
        return NULL;
    for (uint32_t i = held; i-- > 0;) {
        if (frames[i].head.event == BG_FREEZE_EVENT_REASON) {
            remove_frame(i);
            return &frames[held];
        }
    }
    return NULL;
}

/** Begins a frame of the steps since the copy was taken, the current one with them. */
static struct frame *begin(enum bg_freeze_event event, enum bg_safe_cause cause, int32_t cell) {
    // A module that was stopped in a step, or that does not belong here, may have left anything.
    if (cell < 0 || cell >= betaguard_cells())
        cell = 0;
    struct frame *frame = since > 0 ? room_for(event) : NULL;
    if (!frame)
        return NULL;
    const uint8_t *copy = betaguard_staging();
    *frame = (struct frame){0};
    frame->head = (struct bg_freeze){
        .number = ++last_number,
        .event = event,
        .cause = cause,
        .cell = (uint32_t)cell,
        .cells = (uint32_t)betaguard_cells(),
        .eventStep = since,
        .steps = since,
        .chargeReasonsBefore = (uint32_t)last.charge,
        .dischargeReasonsBefore = (uint32_t)last.discharge,
        .pressureReasonBefore = (uint32_t)last.pressure,
        .faultsBefore = (uint32_t)last.faults,
    };
    memcpy(&frame->header, copy, sizeof frame->header);
    memcpy(frame->before, copy + BG_CELLS_AT - BG_HEADER_AT + cell * BG_CELL_STATE_BYTES, sizeof frame->before);
    for (uint32_t step = 0; step + 1 < since; step++)
        take_inputs(&frame->inputs[step], kept_inputs(step), cell);
    take_inputs(&frame->inputs[since - 1], (const uint8_t *)betaguard_step_input(), cell);
    held++;
    return frame;
}

/** Whether a limit of one of the horizons waits for its first value. */
static bool starting_up(int32_t reasons) {
    for (int byte = 0; byte < 4; byte++)
        if (((uint32_t)reasons >> (8 * byte) & 0xff) == BG_REASON_STARTUP)
            return true;
    return false;
}

/** The lowest byte in which two words differ. */
static int differing_byte(int32_t one, int32_t other) {
    int byte = 0;
    while (((uint32_t)(one ^ other) >> (8 * byte) & 0xff) == 0)
        byte++;
    return byte;
}

/** The cell that made the pack's outputs change. */
static int32_t cell_of_change(const struct bg_pack_output *pack) {
    int32_t cells = betaguard_cells();
    if (pack->faults != last.faults) {
        const uint8_t *copy = betaguard_staging() + BG_CELLS_AT - BG_HEADER_AT;
        for (int32_t cell = 0; cell < cells; cell++) {
            struct bg_cell_output before;
            memcpy(&before, copy + cell * BG_CELL_STATE_BYTES, sizeof before);
            if (before.faults != betaguard_cell_output(cell)->faults)
                return cell;
        }
    }
    if (pack->chargeReasons != last.charge)
        return pack->weakestCells[differing_byte(pack->chargeReasons, last.charge)];
    if (pack->dischargeReasons != last.discharge)
        return pack->weakestCells[4 + differing_byte(pack->dischargeReasons, last.discharge)];
    int32_t highest = 0;
    for (int32_t cell = 1; cell < cells; cell++)
        if (betaguard_cell_output(cell)->pressureSetpoint_MPa > betaguard_cell_output(highest)->pressureSetpoint_MPa)
            highest = cell;
    return highest;
}

void freeze_after_step(void) {
    const struct bg_pack_output *pack = betaguard_pack_output();
    // All frames that wait began in another step: the oldest is the first to be full.
    for (uint32_t i = held - waiting; i < held; i++) {
        struct frame *frame = &frames[i];
        take_inputs(&frame->inputs[frame->head.steps++], (const uint8_t *)betaguard_step_input(), (int32_t)frame->head.cell);
        if (frame->head.steps == BETAGUARD_FREEZE_STEPS) {
            finish(frame);
            waiting--;
        }
    }
    bool changed = pack->chargeReasons != last.charge || pack->dischargeReasons != last.discharge ||
                   pack->pressureReason != last.pressure || pack->faults != last.faults;
    if (changed && last.known && !starting_up(last.charge) && !starting_up(last.discharge)) {
        enum bg_freeze_event event = pack->faults != last.faults ? BG_FREEZE_EVENT_FAULT : BG_FREEZE_EVENT_REASON;
        struct frame *frame = begin(event, BG_SAFE_CAUSE_NONE, cell_of_change(pack));
        if (frame) {
            frame->head.chargeReasons = (uint32_t)pack->chargeReasons;
            frame->head.dischargeReasons = (uint32_t)pack->dischargeReasons;
            frame->head.pressureReason = (uint32_t)pack->pressureReason;
            frame->head.faults = (uint32_t)pack->faults;
            waiting++;
        }
    }
    last.known = true;
    last.charge = pack->chargeReasons;
    last.discharge = pack->dischargeReasons;
    last.pressure = pack->pressureReason;
    last.faults = pack->faults;
}

void freeze_stopped(enum bg_safe_cause cause, bool intact) {
    if (since == 0)
        return;
    if (intact)
        finish_waiting();
    // A state that is half changed is none: what waits stays without.
    for (; waiting > 0; waiting--)
        seal(&frames[held - waiting]);
    struct frame *frame = begin(BG_FREEZE_EVENT_SAFE, cause, betaguard_pack_output()->weakestCells[0]);
    if (frame && intact)
        finish(frame);
    else if (frame)
        seal(frame);
}

void freeze_restart(void) {
    since = 0;
    held = 0;
    waiting = 0;
    missed = 0;
    last.known = false;
}

uint32_t freeze_number(uint32_t index) {
    return index < held ? frames[index].head.number : 0;
}

uint32_t freeze_missed(void) {
    return missed;
}

static uint32_t index_of(uint32_t number) {
    uint32_t index = 0;
    while (index < held && frames[index].head.number != number)
        index++;
    return index;
}

const uint8_t *freeze_frame(uint32_t number) {
    uint32_t index = index_of(number);
    if (index == held)
        return NULL;
    if (index >= held - waiting)
        finish_waiting();
    return (const uint8_t *)&frames[index];
}

uint32_t freeze_bytes(void) {
    return sizeof(struct frame);
}

bool freeze_clear(uint32_t number) {
    uint32_t index = index_of(number);
    if (index == held)
        return false;
    remove_frame(index);
    missed = 0;
    return true;
}
