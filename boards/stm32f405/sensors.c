/* Samples of all cells from ADC1, scaled as front.h says. */
#include "front.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "pins.h"
#include "port.h"
#include "registers.h"
#include "sensors.h"

#define ADC_FULL 4095.0f
/** Conversions averaged, 23 µs each: 11 channels take 2 ms of a control tick. */
#define REPEATS 8
/** Polls a conversion may take. */
#define PATIENCE 10000

#define WIRED_CELLS ((int)(sizeof front_cells / sizeof front_cells[0]))

void sensors_start(void) {
    clock_unit(&RCC_APB2ENR, RCC_APB2ENR_ADC1EN);
    static const uint8_t port_a[] = {0, 1, 2, 3, 6, 7}, port_c[] = {0, 1, 2, 4, 5};
    for (size_t i = 0; i < sizeof port_a; i++)
        pin_mode(GPIOA, port_a[i], PIN_ANALOGUE);
    for (size_t i = 0; i < sizeof port_c; i++)
        pin_mode(GPIOC, port_c[i], PIN_ANALOGUE);
    ADC_CCR = ADC_CCR_ADCPRE_DIV4;
    ADC1_SMPR1 = ADC_SMPR1_LONGEST;
    ADC1_SMPR2 = ADC_SMPR2_LONGEST;
    ADC1_SQR1 = 0;
    ADC1_CR2 = ADC_CR2_ADON;
}

/** Volts at a pin; false without a converter, or where the pin is at a rail. */
static bool read_V(uint32_t channel, float *volts) {
    uint32_t sum = 0;
    ADC1_SQR3 = channel;
    for (int i = 0; i < REPEATS; i++) {
        ADC1_CR2 = ADC_CR2_ADON | ADC_CR2_SWSTART;
        int polls = 0;
        while (!(ADC1_SR & ADC_SR_EOC))
            if (++polls > PATIENCE)
                return false;
        sum += ADC1_DR;
    }
    *volts = (float)sum / (REPEATS * ADC_FULL) * FRONT_VDDA_V;
    return *volts > FRONT_RAIL_V && *volts < FRONT_VDDA_V - FRONT_RAIL_V;
}

static float ntc_degC(float volts) {
    float ratio = FRONT_PULLUP_ohm / FRONT_NTC_25_ohm * volts / (FRONT_VDDA_V - volts);
    return 1.0f / (1.0f / 298.15f + logf(ratio) / FRONT_NTC_BETA_K) - 273.15f;
}

static float pressure_MPa(float volts) {
    return (volts - FRONT_PRESSURE_ZERO_V) * FRONT_PRESSURE_MPa_PER_V;
}

float port_sense(struct bg_cell_input *inputs, int cells) {
    float volts;
    // A negative fixture pressure means: as before.
    struct bg_cell_input shared = {.fixturePressure_MPa = -1.0f};
    if (read_V(FRONT_CURRENT, &volts)) {
        shared.current_mA_cm2 =
            (volts - FRONT_CURRENT_ZERO_V) * FRONT_CURRENT_mA_PER_V / FRONT_CELL_AREA_cm2;
        shared.fresh |= BG_FRESH_CURRENT;
    }
    if (read_V(FRONT_STACK_PRESSURE, &volts)) {
        shared.stackPressure_MPa = pressure_MPa(volts);
        shared.fresh |= BG_FRESH_PRESSURE;
    }
    if (read_V(FRONT_FIXTURE_PRESSURE, &volts))
        shared.fixturePressure_MPa = pressure_MPa(volts);

    for (int cell = 0; cell < cells; cell++) {
        inputs[cell] = shared;
        if (cell >= WIRED_CELLS)
            continue;
        if (read_V(front_cells[cell].voltage, &volts)) {
            inputs[cell].voltage_V = volts * FRONT_CELL_V_PER_V;
            inputs[cell].fresh |= BG_FRESH_VOLTAGE;
        }
        if (read_V(front_cells[cell].temperature, &volts)) {
            inputs[cell].temperature_degC = ntc_degC(volts);
            inputs[cell].fresh |= BG_FRESH_TEMPERATURE;
        }
    }
    // What the load takes is what it asks for.
    return shared.current_mA_cm2 < 0.0f ? -shared.current_mA_cm2 : 0.0f;
}
