/*
 * What is wired to the analogue pins, and how volts become units. The one place to change for another front end.
 *
 * EVERY NUMBER HERE IS A PLACEHOLDER for a bench set-up that was never built: replace it by what your front end's
 * schematic says, then calibrate against instruments. Pins see 0 V … FRONT_VDDA_V; all converters are referred to VDDA.
 */
#ifndef STM32F405_FRONT_H
#define STM32F405_FRONT_H

#include <stdint.h>

/** Calibrate: measured at the VDDA pin. */
#define FRONT_VDDA_V 3.3f
/** A pin this near to a rail has a broken wire or a saturated amplifier: no sample. */
#define FRONT_RAIL_V 0.05f

/** Calibrate: active area of a cell; the models take current densities. */
#define FRONT_CELL_AREA_cm2 1.0f
/** Calibrate: bidirectional amplifier, charge (plating at the metal anode) above zero. */
#define FRONT_CURRENT_ZERO_V 1.65f
#define FRONT_CURRENT_mA_PER_V 100.0f
/** Calibrate: divider of 2 behind a differential amplifier, so 0 … 6.6 V. */
#define FRONT_CELL_V_PER_V 2.0f
/** Calibrate: NTC to ground, pulled up to VDDA. */
#define FRONT_PULLUP_ohm 10000.0f
#define FRONT_NTC_25_ohm 10000.0f
#define FRONT_NTC_BETA_K 3950.0f
/** Calibrate: load-cell amplifiers with a live zero. */
#define FRONT_PRESSURE_ZERO_V 0.33f
#define FRONT_PRESSURE_MPa_PER_V 7.5f
/** Calibrate: the actuator's input; 0 V asks for no pressure. */
#define FRONT_ACTUATOR_MPa_PER_V 6.0f

/** Channels of ADC1, by their pins. */
enum front_channel {
    FRONT_PA0 = 0,
    FRONT_PA1 = 1,
    FRONT_PA2 = 2,
    FRONT_PA3 = 3,
    FRONT_PA6 = 6,
    FRONT_PA7 = 7,
    FRONT_PC0 = 10,
    FRONT_PC1 = 11,
    FRONT_PC2 = 12,
    FRONT_PC4 = 14,
    FRONT_PC5 = 15
};

/** One current, one stack and one fixture for all cells in series. */
#define FRONT_CURRENT FRONT_PC0
#define FRONT_STACK_PRESSURE FRONT_PC1
#define FRONT_FIXTURE_PRESSURE FRONT_PC2

/** Cells with sensors of their own; those beyond get no voltage and no temperature, which puts them into the safe state. */
static const struct {
    uint8_t voltage, temperature;
} front_cells[] = {
    {FRONT_PA0, FRONT_PA1},
    {FRONT_PA2, FRONT_PA3},
    {FRONT_PA6, FRONT_PA7},
    {FRONT_PC4, FRONT_PC5},
};

#endif
