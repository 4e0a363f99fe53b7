/* What the command line of the process that plays the board says. */
#ifndef BETAGUARD_POSIX_OPTIONS_H
#define BETAGUARD_POSIX_OPTIONS_H

#include <stdint.h>

struct options {
    /** Loopback port of the link, 0 for any free one; −1: standard input and output. */
    int tcp_port;
    /** File that stands for the flash, or null: no storage. */
    const char *store;
    /** Bytes erased or written after which power fails; UINT64_MAX: never. */
    uint64_t cut;
    /** Length of a control tick; 0: none. */
    uint32_t tick_ms;
    /** Control ticks that come one after the other, each in time; then `tick_ms` is 0. */
    uint32_t run_ticks;
    /** File of the CAN frames, or null: no controller. */
    const char *can;
    /** File of the sensors' samples, or null: no sensors. */
    const char *samples;
    /** File of the pressure actuator's commands in MPa, a line per control tick, or null. */
    const char *actuator;
    /** Module to run instead of the built-in one, or null. */
    const char *module;
    uint32_t stack_bytes;
};

/** Constant once main() has read the command line. */
extern struct options options;

/** Exit codes: how a reset of the board shows in a process. */
enum exit_code {
    EXIT_LINK_CLOSED = 0,
    EXIT_USAGE = 2,
    EXIT_WATCHDOG = 3,
    EXIT_STACK = 4,
    EXIT_FAULT = 5,
    EXIT_POWER = 6
};

/** One line on standard error, then EXIT_USAGE. */
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** One line on standard error: what the board does to its outputs, and why it is reset. May be called from a handler. */
void say(const char *line);

#endif
