/*
 * The module translated to C by wasm2c and linked in (aot.cmake). Its bounds checks and traps are wasm2c's or those of
 * aot_operations.h: code that goes astray ends in a trap as it does in wasm3, and the rest of the firmware is not
 * touched. Recursion is not counted, since `betaguard budget` proves that there is none.
 */
#include "executor.h"

#include <setjmp.h>

#include "aot_module.h"
#include "aot_operations.h"

const enum bg_executor executor_kind = BG_EXECUTOR_AOT;

uint8_t aot_memory[BG_BOARD_MEMORY_BYTES] __attribute__((aligned(4)));

static Z_betaguard_instance_t instance;
static jmp_buf caller;

void wasm_rt_trap(wasm_rt_trap_t cause) {
    longjmp(caller, (int)cause);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t most_pages) {
    *memory = (wasm_rt_memory_t){
        .data = aot_memory, .pages = pages, .max_pages = most_pages, .size = sizeof aot_memory};
}

enum bg_safe_cause executor_start(const struct betaguard_module *module, uint8_t **memory) {
    // Bytes are somebody's wish to run another module than the one linked in; static data that does not fit traps.
    if (module->bytes || setjmp(caller))
        return BG_SAFE_CAUSE_MODULE;
    Z_betaguard_init_module();
    Z_betaguard_instantiate(&instance);
    *memory = aot_memory;
    return BG_SAFE_CAUSE_NONE;
}

static int32_t call(enum bg_export function, uint32_t argument) {
    switch (function) {
    case BG_EXPORT_ABI_VERSION:
        return (int32_t)Z_betaguardZ_abiVersion(&instance);
    case BG_EXPORT_LAYOUT_HASH:
        return (int32_t)Z_betaguardZ_layoutHash(&instance);
    case BG_EXPORT_SET_PARAMETERS:
        return (int32_t)Z_betaguardZ_setParameters(&instance, argument);
    case BG_EXPORT_REFUSED_PARAMETER:
        return (int32_t)Z_betaguardZ_refusedParameter(&instance);
    case BG_EXPORT_RESET:
        return (int32_t)Z_betaguardZ_reset(&instance, argument);
    case BG_EXPORT_STEP:
        return (int32_t)Z_betaguardZ_step(&instance);
    case BG_EXPORT_SNAPSHOT:
        return (int32_t)Z_betaguardZ_snapshot(&instance);
    case BG_EXPORT_RESTORE:
        return (int32_t)Z_betaguardZ_restore(&instance, argument);
    }
    wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}

enum bg_safe_cause executor_call(enum bg_export function, int32_t argument, int32_t *result) {
    if (setjmp(caller))
        return BG_SAFE_CAUSE_TRAP;
    *result = call(function, (uint32_t)argument);
    return BG_SAFE_CAUSE_NONE;
}

void executor_heap(uint32_t *used, uint32_t *size) {
    *used = sizeof aot_memory;
    *size = sizeof aot_memory;
}
