#ifndef STUB_FREERTOS_TASK_H
#define STUB_FREERTOS_TASK_H
#include "freertos/FreeRTOS.h"
typedef struct task *TaskHandle_t;
typedef void (*TaskFunction_t)(void *);
TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t code, const char *name, uint32_t stack_bytes, void *parameters,
                                           UBaseType_t priority, StackType_t *stack, StaticTask_t *task,
                                           BaseType_t core);
void vTaskDelay(TickType_t ticks);
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task);
void vApplicationStackOverflowHook(TaskHandle_t task, char *name);
#endif
