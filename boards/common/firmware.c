#include "firmware.h"

#include "can.h"
#include "freeze.h"
#include "link.h"
#include "port.h"
#include "store.h"

#define TICK_S 0.1f
/** Control ticks in a row that were not served in time before the logic counts as too slow. */
#define MOST_LATE 3
/** A record every half hour in live mode: 24 cells wear out two 128 KiB sectors of 10,000 erasures in ten years. */
#define SAVE_TICKS (30u * 60u * 10u)

struct firmware firmware;

static struct can_state can;
/** Control ticks in a row that were served late, or whose step was still running when the next came due. */
static int late;
/** The loop has been idle since the last control tick. */
static bool had_time;
static uint32_t ticks_since_save;

void firmware_stop(enum bg_safe_cause cause) {
    port_safe_state();
    // An overrun is found between two steps; whatever else stops the logic does so in one.
    freeze_stopped(cause, cause == BG_SAFE_CAUSE_OVERRUN);
    firmware.mode = BG_MODE_SAFE;
    firmware.stopped = cause;
    firmware.last_cause = cause;
    port_keep(cause);
}

void firmware_cells_changed(void) {
    firmware.steps = 0;
    firmware.ticks_last = 0;
    firmware.ticks_most = 0;
    firmware.ticks_least = 0;
    firmware.ticks_freeze = 0;
    freeze_restart();
}

bool firmware_enter(enum bg_mode mode) {
    if (firmware.stopped != BG_SAFE_CAUSE_NONE || (mode == BG_MODE_LIVE && betaguard_cells() == 0))
        return false;
    if (mode != BG_MODE_LIVE)
        port_safe_state();
    else
        // Ticks that came due while nobody had to serve them are no overrun.
        port_control_ticks();
    firmware.mode = mode;
    late = 0;
    had_time = true;
    ticks_since_save = 0;
    return true;
}

int32_t firmware_step(void) {
    uint32_t start = port_ticks();
    freeze_before_step();
    uint32_t before = port_ticks();
    int32_t status = betaguard_step();
    uint32_t after = port_ticks();
    uint32_t ticks = after - before;
    if (status < 0)
        firmware_stop((enum bg_safe_cause)-status);
    if (status != BG_STATUS_OK)
        return status;
    freeze_after_step();
    uint32_t freeze = before - start + (port_ticks() - after);
    if (freeze > firmware.ticks_freeze)
        firmware.ticks_freeze = freeze;
    firmware.ticks_last = ticks;
    if (firmware.steps == 0 || ticks > firmware.ticks_most)
        firmware.ticks_most = ticks;
    if (firmware.steps == 0 || ticks < firmware.ticks_least)
        firmware.ticks_least = ticks;
    firmware.steps++;
    return status;
}

/** Why the board is in the safe state after this reset although its logic runs; none if the reset was meant. */
static enum bg_safe_cause cause_of_reset(void) {
    switch (port_reset_cause()) {
    case PORT_RESET_WATCHDOG:
        return BG_SAFE_CAUSE_WATCHDOG;
    case PORT_RESET_FAULT:
        return port_kept() == BG_SAFE_CAUSE_STACK ? BG_SAFE_CAUSE_STACK : BG_SAFE_CAUSE_FAULT;
    default:
        return BG_SAFE_CAUSE_NONE;
    }
}

/** Takes over the newest snapshot in storage; false when there is none that the module takes. */
static bool restore(void) {
    uint32_t length = store_load(betaguard_staging(), BETAGUARD_STAGING_BYTES);
    if (length == 0)
        return false;
    int32_t status = betaguard_restore((int32_t)length);
    if (status < 0)
        firmware_stop((enum bg_safe_cause)-status);
    return status == BG_STATUS_OK;
}

void firmware_start(const struct betaguard_module *module) {
    port_safe_state();
    firmware.module = module;
    enum bg_safe_cause reset = cause_of_reset();
    if (reset != BG_SAFE_CAUSE_NONE)
        port_keep(reset);
    uint32_t kept = port_kept();
    firmware.last_cause = kept <= BG_SAFE_CAUSE_FAULT ? (enum bg_safe_cause)kept : BG_SAFE_CAUSE_NONE;

    int32_t status = betaguard_start(module);
    if (status < 0) {
        firmware_stop((enum bg_safe_cause)-status);
        return;
    }
    bool restored = restore();
    if (reset != BG_SAFE_CAUSE_NONE)
        // What made the firmware fail may do so again at once: the contactor waits for a host, or a reset that is meant.
        firmware_enter(BG_MODE_SAFE);
    else
        firmware_enter(restored ? BG_MODE_LIVE : BG_MODE_HOSTED);
}

static void live_tick(uint32_t ticks) {
    firmware.overruns += ticks - 1;
    late = ticks > 1 || !had_time ? late + 1 : 0;
    had_time = false;
    if (late >= MOST_LATE) {
        firmware_stop(BG_SAFE_CAUSE_OVERRUN);
        return;
    }
    struct bg_step_input *input = betaguard_step_input();
    input->dt_s = (float)ticks * TICK_S;
    input->demand_mA_cm2 = port_sense(betaguard_cell_inputs(), betaguard_cells());
    int32_t status = firmware_step();
    // Cells have been reset: nothing but a module that does not belong here refuses a step.
    if (status > 0)
        firmware_stop(BG_SAFE_CAUSE_MODULE);
    if (status != BG_STATUS_OK)
        return;
    port_actuate(betaguard_pack_output()->actuatorCommand_MPa);

    ticks_since_save += ticks;
    if (ticks_since_save < SAVE_TICKS)
        return;
    ticks_since_save = 0;
    const uint8_t *bytes;
    int32_t length = betaguard_snapshot(&bytes);
    if (length < 0)
        firmware_stop((enum bg_safe_cause)-length);
    else
        // Storage that fails is no reason to open the contactor; the next start then finds an older record.
        store_save(bytes, (uint32_t)length);
}

static void send_can(void) {
    struct can_frame frames[BG_CAN_FRAMES];
    struct can_source source = {
        .mode = firmware.mode,
        .safe_cause = firmware.last_cause,
        .overruns = firmware.overruns,
        .cells = betaguard_cells(),
    };
    if (firmware.mode == BG_MODE_LIVE) {
        source.pack = betaguard_pack_output();
        source.cell_states = betaguard_cell_output(0);
    }
    int count = can_encode(&can, &source, frames);
    for (int i = 0; i < count; i++)
        port_can_send(frames[i].identifier, frames[i].data, sizeof frames[i].data);
}

bool firmware_turn(void) {
    port_watchdog_kick();
    bool busy = false;
    bool there = link_turn(&busy);
    uint32_t ticks = port_control_ticks();
    if (ticks > 0) {
        if (firmware.mode == BG_MODE_LIVE)
            live_tick(ticks);
        send_can();
    } else {
        had_time = true;
        if (there && !busy)
            port_idle();
    }
    return there;
}

void firmware_run(const struct betaguard_module *module) {
    firmware_start(module);
    while (firmware_turn())
        continue;
    port_safe_state();
}
