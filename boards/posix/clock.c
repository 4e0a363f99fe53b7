/* Time: the tick counter, the control tick and the watchdog. */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "parts.h"

#define NS_PER_MS 1000000u

const uint32_t port_ticks_per_second = 1000000000;

static uint64_t started_ns;
/** Control ticks reported so far. */
static uint64_t reported;
/** Of --run, those that have come due. */
static uint64_t run;
static volatile sig_atomic_t kicked;

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 * NS_PER_MS + (uint64_t)now.tv_nsec;
}

uint32_t port_ticks(void) {
    return (uint32_t)now_ns();
}

uint32_t port_control_ticks(void) {
    uint64_t due = options.tick_ms == 0 ? run : (now_ns() - started_ns) / ((uint64_t)options.tick_ms * NS_PER_MS);
    uint32_t ticks = (uint32_t)(due - reported);
    reported = due;
    return ticks;
}

void port_idle(void) {
    if (run < options.run_ticks) {
        run++;
        return;
    }
    if (options.tick_ms == 0) {
        stream_wait(-1);
        return;
    }
    uint64_t next_ns = started_ns + (reported + 1) * options.tick_ms * NS_PER_MS;
    uint64_t now = now_ns();
    // Rounded up: to wake up early is to wake up twice.
    stream_wait(next_ns > now ? (int)((next_ns - now + NS_PER_MS - 1) / NS_PER_MS) : 0);
}

void port_watchdog_kick(void) {
    kicked = true;
}

static void watchdog_expires(int signal) {
    (void)signal;
    if (!kicked)
        storage_reset(PORT_RESET_WATCHDOG, EXIT_WATCHDOG, "reset: watchdog\n");
    kicked = false;
}

void clock_open(void) {
    started_ns = now_ns();
    // In time the process has had the processor, so that a machine with other work to do resets no board.
    struct itimerval period = {.it_interval = {.tv_usec = PORT_WATCHDOG_MS * 1000}};
    period.it_value = period.it_interval;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = watchdog_expires;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &period, NULL);
}
