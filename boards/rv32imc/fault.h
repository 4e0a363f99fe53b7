/* Traps end in a reset; what they were is kept over it. */
#ifndef RV32IMC_FAULT_H
#define RV32IMC_FAULT_H

/** The trap vector: every exception, and the timer interrupt of a watchdog nobody kicked. */
void trap(void);

/** Finds out why the processor started. Called once, before port_reset_cause(). */
void fault_start(void);

#endif
