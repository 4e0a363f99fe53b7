/* From the reset vector to main(). */
#include "fault.h"
#include "port.h"
#include "registers.h"

/* From the linker script. */
extern uint32_t stack_bottom[], stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];
extern char hole_start[], hole_end[];

/** What no code of ours writes by chance. */
#define STACK_PAINT 0xdeadbea7u

int main(void);

/** Everything `reset` does on a stack that must not hold anything yet. */
static void __attribute__((noreturn, used)) start(void) {
    csr_write("mtvec", trap);
    csr_write("pmpaddr0", PMPADDR_NAPOT(hole_start, (uint32_t)(hole_end - hole_start)));
    csr_write("pmpcfg0", PMPCFG_DENY);

    for (uint32_t *from = data_load, *to = data_start; to < data_end;)
        *to++ = *from++;
    for (uint32_t *to = bss_start; to < bss_end;)
        *to++ = 0;

    uint32_t *here;
    __asm volatile("mv %0, sp" : "=r"(here));
    for (volatile uint32_t *paint = stack_bottom; paint < here; paint++)
        *paint = STACK_PAINT;

    main();
    __builtin_trap();
}

void __attribute__((naked, noreturn, section(".text.reset"))) reset(void) {
    __asm volatile(".option push\n"
                   ".option norelax\n"
                   "la gp, __global_pointer$\n"
                   ".option pop\n"
                   "la sp, stack_top\n"
                   "j start");
}

void port_stack(uint32_t *unused, uint32_t *size) {
    const uint32_t *word = stack_bottom;
    while (word < stack_top && *word == STACK_PAINT)
        word++;
    *unused = (uint32_t)(word - stack_bottom) * sizeof *word;
    *size = (uint32_t)(stack_top - stack_bottom) * sizeof *word;
}
