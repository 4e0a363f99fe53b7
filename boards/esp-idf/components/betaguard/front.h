/*
 * What is wired to the first channels of ADC1, and how volts become units. The one place to change for another front end.
 *
 * EVERY NUMBER HERE IS A PLACEHOLDER for a bench set-up that was never built: replace it by what your front end's
 * schematic says, then calibrate against instruments. An ESP32's converter is off by some 10 mV even when calibrated:
 * good enough for a bench, not for cells that matter; those want a converter of their own.
 */
#ifndef BETAGUARD_ESP_FRONT_H
#define BETAGUARD_ESP_FRONT_H

#include "hal/adc_types.h"

/** Calibrate: what full scale is with 12 dB of attenuation. Above and below, a wire is broken or an amplifier saturated. */
#define FRONT_FULL_V 3.1f
#define FRONT_LEAST_V 0.15f
#define FRONT_MOST_V 2.9f

/** Calibrate: active area of a cell; the models take current densities. */
#define FRONT_CELL_AREA_cm2 1.0f
/** Calibrate: bidirectional amplifier, charge (plating at the metal anode) above zero. */
#define FRONT_CURRENT_ZERO_V 1.5f
#define FRONT_CURRENT_mA_PER_V 100.0f
/** Calibrate: divider of 2 behind a differential amplifier. */
#define FRONT_CELL_V_PER_V 2.0f
/** Calibrate: a linear temperature sensor, 10 mV/K from 0.5 V at 0 °C. */
#define FRONT_TEMPERATURE_ZERO_V 0.5f
#define FRONT_TEMPERATURE_K_PER_V 100.0f
/** Calibrate: load-cell amplifier with a live zero. */
#define FRONT_PRESSURE_ZERO_V 0.3f
#define FRONT_PRESSURE_MPa_PER_V 7.5f
/** Calibrate: what the actuator does at a duty of 1. */
#define FRONT_ACTUATOR_FULL_MPa 20.0f

/** One cell: every ESP32 has these four. Cells beyond it get no voltage and no temperature, and so the safe state. */
#define FRONT_CURRENT ADC_CHANNEL_0
#define FRONT_PRESSURE ADC_CHANNEL_1
#define FRONT_VOLTAGE ADC_CHANNEL_2
#define FRONT_TEMPERATURE ADC_CHANNEL_3

#endif
