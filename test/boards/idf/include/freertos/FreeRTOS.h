#ifndef STUB_FREERTOS_FREERTOS_H
#define STUB_FREERTOS_FREERTOS_H
#include <stdint.h>
typedef uint8_t StackType_t;
typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef struct {
    void *opaque[90];
} StaticTask_t;
#define configMAX_PRIORITIES 25
#define portNUM_PROCESSORS 1
#define pdMS_TO_TICKS(ms) ((TickType_t)(ms))
#endif
