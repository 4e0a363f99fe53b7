/* The independent watchdog runs from its own oscillator: 32 kHz, but 17 … 47 kHz over parts and temperature. */
#include "watchdog.h"

#include "port.h"
#include "registers.h"

#define LSI_HZ 32000u

void watchdog_start(void) {
    IWDG_KR = IWDG_KR_START;
    IWDG_KR = IWDG_KR_UNLOCK;
    IWDG_PR = IWDG_PR_DIV16;
    IWDG_RLR = LSI_HZ / 16 * PORT_WATCHDOG_MS / 1000;
    IWDG_KR = IWDG_KR_KICK;
}

void port_watchdog_kick(void) {
    IWDG_KR = IWDG_KR_KICK;
}
