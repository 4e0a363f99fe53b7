/*
 * The whole port interface: what a board provides, and what the code in boards/common may rely on. A new board is one
 * folder that implements these functions and a main() that brings the hardware up and calls firmware_run().
 *
 * All functions are called from firmware_run()'s loop only, never from an interrupt; none allocates.
 */
#ifndef BETAGUARD_PORT_H
#define BETAGUARD_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* ---- identity ---- */

/** Short name of the port, at most 15 characters, as `hello` reports it. */
extern const char port_name[];

enum port_reset_cause {
    PORT_RESET_POWER = 0,
    PORT_RESET_PIN = 1,
    PORT_RESET_WATCHDOG = 2,
    PORT_RESET_SOFTWARE = 3,
    /** The port's fault handler reset it, after port_keep() of BG_SAFE_CAUSE_STACK or BG_SAFE_CAUSE_FAULT. */
    PORT_RESET_FAULT = 4,
    PORT_RESET_BROWNOUT = 5
};

/** Why the processor last started. Constant until the next reset. */
enum port_reset_cause port_reset_cause(void);

/**
 * One word that survives every reset but the loss of power, where it is 0: backup register, RTC memory, RAM that start-up
 * code leaves alone. firmware.c keeps the cause of the last safe state in it. May be called from a fault handler.
 */
void port_keep(uint32_t word);
uint32_t port_kept(void);

/* ---- time ---- */

/** Free-running counter of processor work (core clock, retired instructions, ns): differences mod 2^32 are meaningful. */
uint32_t port_ticks(void);
/** Counts of port_ticks() per second; 0 where the counter is not a clock. */
extern const uint32_t port_ticks_per_second;

/**
 * 10 Hz control ticks that came due since the last call: 0 none, 1 in time, more than 1 an overrun. Ticks are counted by
 * hardware, so that a loop which stalls cannot lose one.
 */
uint32_t port_control_ticks(void);

/** Nothing to do until the next interrupt or link byte. May return early. */
void port_idle(void);

/* ---- link ---- */

/** Takes up to `most` received bytes without waiting; returns how many, or -1 when the other side is gone for good. */
int port_link_read(uint8_t *into, int most);
/** Sends all bytes, waiting for room. Returns when the last one is queued. */
void port_link_write(const uint8_t *from, int bytes);

/* ---- storage: `port_store_sectors` erase units of equal size ---- */

extern const uint32_t port_store_sectors;
extern const uint32_t port_store_sector_bytes;
/** Reads; false where the range is outside or the storage is absent. */
bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes);
/** Sets a whole sector to 0xff. */
bool port_store_erase(uint32_t sector);
/** Writes to erased bytes; `at` and `bytes` are multiples of 4. Power may fail after any byte of it. */
bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes);

/* ---- safety ---- */

/** Called once per loop; if it is not called for PORT_WATCHDOG_MS the board resets with PORT_RESET_WATCHDOG. */
void port_watchdog_kick(void);
#define PORT_WATCHDOG_MS 500

/**
 * Contactor enable off, actuator held: the state in which a board whose logic cannot be trusted does no harm. Called at
 * start and whenever the mode is left in which the board acts; port_actuate() ends it.
 */
void port_safe_state(void);

/* ---- the cell ---- */

/**
 * Fills the module's inputs of all cells for this control tick. A channel that gave no new sample has its BG_FRESH_* bit
 * of `fresh` cleared. Returns the stripping current in mA/cm² that the pack asks for, 0 where nobody asks: the stack
 * pressure serves it.
 */
float port_sense(struct bg_cell_input *inputs, int cells);
/** A control tick's step is done: contactor enable on, the command of the pressure controller to the fixture's actuator. */
void port_actuate(float actuatorCommand_MPa);

/* ---- CAN ---- */

/**
 * Queues one classic frame with an 11-bit identifier, if need be after waiting for room: a control tick sends up to
 * BG_CAN_FRAMES in a row. False when the controller is absent, off the bus, or the bus takes nothing for some frames' time.
 */
bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes);

/* ---- memory ---- */

/** Bytes of native stack never touched since start (painted), and its whole size; 0 and 0 where not measured. */
void port_stack(uint32_t *unused, uint32_t *size);

#endif
