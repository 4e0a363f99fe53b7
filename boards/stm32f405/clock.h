#ifndef STM32F405_CLOCK_H
#define STM32F405_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CORE_HZ 168000000u
#define APB1_HZ (CORE_HZ / 4)
#define APB2_HZ (CORE_HZ / 2)

/** Core to 168 MHz from the crystal, or from the internal oscillator if that does not start; starts the tick. */
void clock_start(void);

/** Clocks a unit: by the errata a read must follow before the unit's first register is written. */
static inline void clock_unit(volatile uint32_t *enable, uint32_t unit) {
    *enable |= unit;
    (void)*enable;
}

#define TICK_MS 50
/**
 * Counts the tick by polling, with interrupts off; returns whether one came due. To be called at least every TICK_MS.
 * Lies in RAM: while the flash is erased nothing else can run.
 */
bool clock_poll_tick(void);

#endif
