#ifndef STM32F405_WATCHDOG_H
#define STM32F405_WATCHDOG_H

/** Starts the independent watchdog, which nothing but a reset stops. */
void watchdog_start(void);

#endif
