#include "fault.h"

#include "port.h"
#include "registers.h"

extern uint32_t stack_bottom[], stack_top[];
extern char hole_start[], hole_end[];

/**
 * At the address `kept` of the linker script, where a debugger finds the last fault. Volatile, or stores before the reset
 * would be dead.
 */
extern volatile struct {
    /** RAM holds anything after power-on: the rest counts when this is SEAL. */
    uint32_t seal;
    /** Why the next reset will have been: of one that no code announces, a debugger or QEMU's monitor is the cause. */
    uint32_t next_cause;
    uint32_t word;
    uint32_t mcause, mepc, mtval;
} kept;
#define SEAL 0x51fe5ea1u

static enum port_reset_cause reset_cause;

void fault_start(void) {
    if (kept.seal == SEAL) {
        reset_cause = (enum port_reset_cause)kept.next_cause;
    } else {
        reset_cause = PORT_RESET_POWER;
        kept.word = 0;
        kept.seal = SEAL;
    }
    kept.next_cause = PORT_RESET_PIN;
}

enum port_reset_cause port_reset_cause(void) {
    return reset_cause;
}

void port_keep(uint32_t word) {
    kept.word = word;
}

uint32_t port_kept(void) {
    return kept.word;
}

static void __attribute__((noreturn, used)) fault(void) {
    port_safe_state();

    uint32_t cause, at;
    csr_read("mcause", cause);
    csr_read("mtval", at);
    if (cause == MCAUSE_TIMER) {
        kept.next_cause = PORT_RESET_WATCHDOG;
    } else {
        bool access = cause == MCAUSE_LOAD_ACCESS || cause == MCAUSE_STORE_ACCESS;
        bool stack = access && at >= (uint32_t)hole_start && at < (uint32_t)hole_end;
        kept.next_cause = PORT_RESET_FAULT;
        port_keep(stack ? BG_SAFE_CAUSE_STACK : BG_SAFE_CAUSE_FAULT);
    }
    kept.mcause = cause;
    kept.mtval = at;
    csr_read("mepc", kept.mepc);

    TEST_FINISHER = TEST_RESET;
    for (;;) {
    }
}

/* The stack may be what failed. Nothing on it is needed again, so the handler takes it from the top. */
void __attribute__((naked, aligned(4))) trap(void) {
    __asm volatile("la sp, stack_top\n"
                   "j fault");
}
