#include "fault.h"

#include "kept.h"
#include "port.h"
#include "registers.h"

extern uint32_t stack_bottom[], stack_top[];

/** An overflowing function can skip at most its own frame below the stack. */
#define LARGEST_FRAME 4096u

static bool overflowed(const struct fault_record *record) {
    uint32_t bottom = (uint32_t)stack_bottom;
    bool address_holds = record->cfsr & CFSR_BFARVALID;
    return record->sp < bottom || (address_holds && bottom - 1 - record->bfar < LARGEST_FRAME);
}

/** `sp` is the stack pointer at the vector: the frame the processor pushed, if it could. */
static void __attribute__((noreturn, used)) fault(const uint32_t *sp) {
    port_safe_state();

    struct fault_record record = {
        .exception = ICSR & ICSR_VECTACTIVE,
        .cfsr = CFSR,
        .hfsr = HFSR,
        .mmfar = MMFAR,
        .bfar = BFAR,
        .sp = (uint32_t)sp,
    };
    if (sp >= stack_bottom && sp + 8 <= stack_top) {
        record.lr = sp[5];
        record.pc = sp[6];
        record.psr = sp[7];
    }
    kept_fault(&record);
    port_keep(overflowed(&record) ? BG_SAFE_CAUSE_STACK : BG_SAFE_CAUSE_FAULT);

    __asm volatile("dsb");
    AIRCR = AIRCR_VECTKEY | AIRCR_SYSRESETREQ;
    for (;;) {
    }
}

/* The stack may be what failed. Nothing on it is needed again, so the handler takes it from the top. */
void __attribute__((naked)) Fault_Handler(void) {
    __asm volatile("mov r0, sp\n"
                   "ldr sp, =stack_top\n"
                   "b fault");
}
