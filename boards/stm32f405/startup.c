/* From the reset vector to main(), and what the interrupt vectors point to. */
#include "startup.h"

#include "fault.h"
#include "port.h"
#include "registers.h"

/* From the linker script. */
extern uint32_t stack_bottom[], stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

/** What no code of ours writes by chance. */
#define STACK_PAINT 0xdeadbea7u

int main(void);

/** Everything Reset_Handler does on a stack that must not hold anything yet. */
static void __attribute__((noreturn, used)) start(void) {
    CPACR |= CPACR_FPU;
    __asm volatile("dsb\n isb" ::: "memory");
    // Each fault its own vector, and a division by zero is one.
    SHCSR |= SHCSR_MEMFAULTENA | SHCSR_BUSFAULTENA | SHCSR_USGFAULTENA;
    CCR |= CCR_DIV_0_TRP;

    for (uint32_t *from = data_load, *to = data_start; to < data_end;)
        *to++ = *from++;
    for (uint32_t *to = bss_start; to < bss_end;)
        *to++ = 0;

    uint32_t *here;
    __asm volatile("mov %0, sp" : "=r"(here));
    for (volatile uint32_t *paint = stack_bottom; paint < here; paint++)
        *paint = STACK_PAINT;

    main();
    __builtin_trap();
}

/* A debugger or a boot loader may jump here with a stack of its own. */
void __attribute__((naked, noreturn)) Reset_Handler(void) {
    __asm volatile("ldr sp, =stack_top\n"
                   "b start");
}

/*
 * The processor saves r0 … r3 and r12 before an interrupt's handler. What else a C function may use without saving it is
 * for port.cmake to say, so that r4 … r6 are saved here.
 */
#define INTERRUPT(vector, handler)                                                                                     \
    static void __attribute__((naked)) vector(void) {                                                                  \
        __asm volatile("push {r4-r6, lr}\n"                                                                            \
                       "bl " #handler "\n"                                                                             \
                       "pop {r4-r6, pc}");                                                                             \
    }
INTERRUPT(systick_vector, SysTick_Handler)
INTERRUPT(usart1_vector, USART1_Handler)

void port_stack(uint32_t *unused, uint32_t *size) {
    const uint32_t *word = stack_bottom;
    while (word < stack_top && *word == STACK_PAINT)
        word++;
    *unused = (uint32_t)(word - stack_bottom) * sizeof *word;
    *size = (uint32_t)(stack_top - stack_bottom) * sizeof *word;
}

#define USART1_VECTOR (16 + USART1_IRQ)
#define VECTORS (16 + 82)

/** An interrupt nobody asked for is a fault like any other. */
__attribute__((section(".vectors"), used)) static const void *const vectors[VECTORS] = {
    stack_top,
    (void *)Reset_Handler,
    [2 ... 14] = (void *)Fault_Handler,
    [15] = (void *)systick_vector,
    [16 ... USART1_VECTOR - 1] = (void *)Fault_Handler,
    [USART1_VECTOR] = (void *)usart1_vector,
    [USART1_VECTOR + 1 ... VECTORS - 1] = (void *)Fault_Handler,
};
