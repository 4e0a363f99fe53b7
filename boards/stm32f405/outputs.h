#ifndef STM32F405_OUTPUTS_H
#define STM32F405_OUTPUTS_H

/** Contactor enable low and actuator at 0. */
void outputs_start(void);

#endif
