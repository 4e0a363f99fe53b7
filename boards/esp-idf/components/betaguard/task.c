/* The firmware's task, why the processor started, and the word kept over a reset. */
#include "betaguard_task.h"

#include <stdlib.h>

#include "esp_attr.h"
#include "esp_system.h"
#include "firmware.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "parts.h"
#include "port.h"
#include "sdkconfig.h"

const char port_name[] = CONFIG_IDF_TARGET;

/* The RTC's memory holds anything after power-on. */
static RTC_NOINIT_ATTR struct {
    uint32_t word;
    /** Set by what knows why the next reset comes; taken by the start after it. */
    uint32_t overflow;
} kept;
#define STACK_OVERFLOW 0x51fe5ea1u

static StackType_t stack[CONFIG_BETAGUARD_STACK_BYTES / sizeof(StackType_t)];
static StaticTask_t task;

static enum port_reset_cause cause_of(esp_reset_reason_t reason) {
    switch (reason) {
    case ESP_RST_EXT:
        return PORT_RESET_PIN;
    case ESP_RST_SW:
        return PORT_RESET_SOFTWARE;
    case ESP_RST_PANIC:
        return PORT_RESET_FAULT;
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT:
        return PORT_RESET_WATCHDOG;
    case ESP_RST_BROWNOUT:
        return PORT_RESET_BROWNOUT;
    default:
        return PORT_RESET_POWER;
    }
}

enum port_reset_cause port_reset_cause(void) {
    return cause_of(esp_reset_reason());
}

void port_keep(uint32_t word) {
    kept.word = word;
}

uint32_t port_kept(void) {
    return kept.word;
}

/* FreeRTOS calls it when it switches away from a task that has written over the end of its stack. */
void vApplicationStackOverflowHook(TaskHandle_t of, char *name) {
    (void)of;
    (void)name;
    port_safe_state();
    kept.overflow = STACK_OVERFLOW;
    esp_system_abort("stack overflow");
}

void port_stack(uint32_t *unused, uint32_t *size) {
    *unused = uxTaskGetStackHighWaterMark(NULL) * sizeof(StackType_t);
    *size = sizeof stack;
}

static void run(void *nothing) {
    (void)nothing;
    board_start();
    switch (port_reset_cause()) {
    case PORT_RESET_POWER:
    case PORT_RESET_BROWNOUT:
        port_keep(0);
        break;
    case PORT_RESET_FAULT:
        port_keep(kept.overflow == STACK_OVERFLOW ? BG_SAFE_CAUSE_STACK : BG_SAFE_CAUSE_FAULT);
        break;
    default:
        break;
    }
    kept.overflow = 0;
    clock_start();
    flash_start();
    serial_start();
    twai_start_up();
    firmware_run(&betaguard_module);
    // The link is never gone for good.
    abort();
}

void betaguard_task_start(void) {
    xTaskCreateStaticPinnedToCore(run, "betaguard", sizeof stack / sizeof stack[0], NULL, configMAX_PRIORITIES - 2, stack,
                                  &task, portNUM_PROCESSORS - 1);
}
