/* Ticks from the 64-bit timer, which counts whatever the loop does; the task watchdog. */
#include "esp_cpu.h"
#include "esp_err.h"
#include "esp_task_wdt.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "parts.h"
#include "port.h"
#include "sdkconfig.h"

#define CONTROL_us 100000

/* The frequency is fixed: sdkconfig.defaults has no power management. */
const uint32_t port_ticks_per_second = CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ * 1000000u;

static int64_t next_us;

void clock_start(void) {
    next_us = esp_timer_get_time() + CONTROL_us;
    // Whose reset reason is then ESP_RST_TASK_WDT.
    const esp_task_wdt_config_t watchdog = {.timeout_ms = PORT_WATCHDOG_MS, .idle_core_mask = 0, .trigger_panic = true};
    ESP_ERROR_CHECK(esp_task_wdt_init(&watchdog));
    ESP_ERROR_CHECK(esp_task_wdt_add(NULL));
}

uint32_t port_ticks(void) {
    return (uint32_t)esp_cpu_get_cycle_count();
}

uint32_t port_control_ticks(void) {
    uint32_t due = 0;
    for (int64_t now_us = esp_timer_get_time(); next_us <= now_us; next_us += CONTROL_us)
        due++;
    return due;
}

void port_idle(void) {
    // One FreeRTOS tick, 1 ms: the drivers' interrupts fill their buffers meanwhile.
    vTaskDelay(1);
}

void port_watchdog_kick(void) {
    esp_task_wdt_reset();
}
