#include "bxcan.h"
#include "clock.h"
#include "firmware.h"
#include "flash.h"
#include "outputs.h"
#include "registers.h"
#include "reset.h"
#include "sensors.h"
#include "uart.h"
#include "watchdog.h"

const char port_name[] = "stm32f405";

int main(void) {
    clock_unit(&RCC_AHB1ENR, RCC_AHB1ENR_GPIOAEN | RCC_AHB1ENR_GPIOBEN | RCC_AHB1ENR_GPIOCEN);
    outputs_start();
    reset_start();
    watchdog_start();
    clock_start();
    flash_start();
    uart_start();
    bxcan_start();
    sensors_start();
    firmware_run(&betaguard_module);
    return 0;
}
