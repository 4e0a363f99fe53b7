/*
 * Control ticks, idling and the watchdog, all from the one free-running timer. `virt` has no watchdog: the timer's
 * interrupt stands in for it, and is enabled for nothing else. It does not catch a loop that runs with interrupts off;
 * only port_idle() has them off.
 */
#include "clock.h"

#include "port.h"
#include "registers.h"

#define CONTROL_COUNTS (MTIME_HZ / 10)
#define WATCHDOG_COUNTS (MTIME_HZ / 1000 * PORT_WATCHDOG_MS)

/* Retired instructions; how long one takes is QEMU's affair. */
const uint32_t port_ticks_per_second = 0;

static uint64_t next_control, watchdog_bites;

static uint64_t now(void) {
    uint32_t high, low;
    do {
        high = MTIME_HIGH;
        low = MTIME_LOW;
    } while (high != MTIME_HIGH);
    return (uint64_t)high << 32 | low;
}

static void set_timer(uint64_t at) {
    /* No value between the old and the new one may be in the past. */
    MTIMECMP_HIGH = UINT32_MAX;
    MTIMECMP_LOW = (uint32_t)at;
    MTIMECMP_HIGH = (uint32_t)(at >> 32);
}

void clock_start(void) {
    next_control = now() + CONTROL_COUNTS;
    port_watchdog_kick();
    csr_write("mie", MIE_TIMER);
    csr_set("mstatus", MSTATUS_MIE);
}

uint32_t port_ticks(void) {
    uint32_t retired;
    csr_read("minstret", retired);
    return retired;
}

uint32_t port_control_ticks(void) {
    uint32_t due = 0;
    for (uint64_t time = now(); next_control <= time; next_control += CONTROL_COUNTS)
        due++;
    return due;
}

void port_watchdog_kick(void) {
    watchdog_bites = now() + WATCHDOG_COUNTS;
    set_timer(watchdog_bites);
}

void port_idle(void) {
    /* With interrupts off a pending one still ends the wait, but nobody takes it: it may be the next tick or a byte. */
    csr_clear("mstatus", MSTATUS_MIE);
    csr_set("mie", MIE_EXTERNAL);
    set_timer(next_control < watchdog_bites ? next_control : watchdog_bites);
    __asm volatile("wfi");
    set_timer(watchdog_bites);
    csr_clear("mie", MIE_EXTERNAL);
    csr_set("mstatus", MSTATUS_MIE);
}
