/* What main() prepares in the files that implement port.h. */
#ifndef BETAGUARD_POSIX_PARTS_H
#define BETAGUARD_POSIX_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "port.h"

void clock_open(void);
void storage_open(void);
void stream_open(void);
void can_open(void);
void samples_open(void);
void actuator_open(void);

/** Runs `firmware` on a stack of its own, with a guard below it; returns when it does. */
void stack_run(void (*firmware)(void));

/** Ends the process as a reset of this cause would end the firmware. May be called from a signal handler. */
_Noreturn void storage_reset(enum port_reset_cause cause, enum exit_code code, const char *line);

/** Waits until the link has something to read, at most so long. */
void stream_wait(int timeout_ms);

/** A whole file, followed by a 0 byte, on the heap; refuses the command line when it cannot be read. */
uint8_t *read_file(const char *path, size_t *length);

#endif
