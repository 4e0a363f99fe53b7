/* Contactor enable on PB12, high to enable; command of the pressure actuator as a voltage on PA4 (DAC). */
#include "outputs.h"

#include "clock.h"
#include "front.h"
#include "pins.h"
#include "port.h"
#include "registers.h"

#define CONTACTOR 12
#define DAC_FULL 4095.0f

void outputs_start(void) {
    GPIO_BSRR(GPIOB) = BIT(CONTACTOR + 16);
    pin_mode(GPIOB, CONTACTOR, PIN_OUTPUT);
    clock_unit(&RCC_APB1ENR, RCC_APB1ENR_DACEN);
    pin_mode(GPIOA, 4, PIN_ANALOGUE);
    DAC_CR = DAC_CR_EN1;
}

void port_safe_state(void) {
    // The DAC holds what it was last given.
    GPIO_BSRR(GPIOB) = BIT(CONTACTOR + 16);
}

void port_actuate(float actuatorCommand_MPa) {
    float code = actuatorCommand_MPa / FRONT_ACTUATOR_MPa_PER_V / FRONT_VDDA_V * DAC_FULL;
    GPIO_BSRR(GPIOB) = BIT(CONTACTOR);
    DAC_DHR12R1 = code <= 0.0f ? 0 : code >= DAC_FULL ? (uint32_t)DAC_FULL : (uint32_t)code;
}
