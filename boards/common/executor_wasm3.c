/*
 * The module interpreted by wasm3, from a heap of fixed size.
 *
 * wasm3 is built with its `f64` as `float` (BETAGUARD_F64 in CMakeLists.txt). It passes the top of the floating-point
 * stack from operation to operation in one register of that type, so with a double every f32 operation pays two
 * conversions, in software on a single-precision FPU. For a module without f64 the change is exact:
 *  - what the register carries is an f32 before and after, so no rounding is added or lost;
 *  - constants, slots, globals and linear memory are read and written with the type of the value (f32), not of the
 *    register: Compile_Const_f32, op_SetSlot_f32, op_f32_Load_f32 and so on; f64 slots, globals, loads and stores belong
 *    to operations that `betaguard budget` proves absent;
 *  - the compiler's PreserveRegisterIfOccupied(c_m3Type_f64) names the register; what it emits goes by the value's type;
 *  - the width of a value on wasm3's stack comes from its wasm type (SizeOfType), never from sizeof(f64);
 *  - min, max, trunc and conversions have an f32 twin each; reinterpretation goes through a union of an i32 and an f32;
 *  - m3_CallV() and m3_GetResultsV() do read `f64` variadically and must not be used with such a build: here arguments
 *    and results are i32 and go by pointer.
 * Besides, a double register quiets a signalling NaN in passing; the float one does not. No state or output holds a NaN.
 */
#include "executor.h"

#include "m3_core.h"
#if defined BETAGUARD_HAVE_MEMORY_LIMIT || defined BETAGUARD_HAVE_CODE_PAGES
#include "m3_env.h"
#endif

_Static_assert(d_m3FixedHeap > BG_BOARD_MEMORY_BYTES, "the heap holds the linear memory and what wasm3 makes of the module");

const enum bg_executor executor_kind = BG_EXECUTOR_WASM3;

static IM3Function functions[BG_EXPORT_COUNT];
static const uint8_t *heap_start;

/** Nothing of size 0 takes no room: it is where the next allocation will lie, or null past the end. */
static const uint8_t *heap_top(void) {
    return m3_Malloc("", 0);
}

static enum bg_safe_cause cause_of(M3Result error, enum bg_safe_cause otherwise) {
    if (error == m3Err_none)
        return BG_SAFE_CAUSE_NONE;
    return error == m3Err_mallocFailed || error == m3Err_mallocFailedCodePage ? BG_SAFE_CAUSE_MEMORY : otherwise;
}

static M3Result find_functions(IM3Runtime runtime) {
    static const char *const names[BG_EXPORT_COUNT] = BG_EXPORT_NAMES;
    static const uint32_t arguments[BG_EXPORT_COUNT] = BG_EXPORT_ARGUMENTS;
    for (int i = 0; i < BG_EXPORT_COUNT; i++) {
        M3Result error = m3_FindFunction(&functions[i], runtime, names[i]);
        if (error)
            return error;
        if (m3_GetArgCount(functions[i]) != arguments[i] || m3_GetRetCount(functions[i]) != 1 ||
            m3_GetRetType(functions[i], 0) != c_m3Type_i32)
            return m3Err_argumentTypeMismatch;
        if (arguments[i] == 1 && m3_GetArgType(functions[i], 0) != c_m3Type_i32)
            return m3Err_argumentTypeMismatch;
    }
    return m3Err_none;
}

#ifdef BETAGUARD_HAVE_CODE_PAGES
/** One page for most of the code: each page has a header, a jump to the next one and an end that fits nothing. */
static M3Result reserve_code(IM3Runtime runtime) {
    IM3CodePage page = AcquireCodePageWithCapacity(runtime, BETAGUARD_CODE_WORDS);
    ReleaseCodePage(runtime, page);
    return page ? m3Err_none : m3Err_mallocFailedCodePage;
}

/**
 * The first function that code in `page` or those after it calls and that has not been compiled; null when there is none.
 * A call is emitted as an operation and, in a word of its own, the function. Another word that happens to have the same
 * value makes a function be compiled that nobody calls, and no more.
 */
static IM3Function called_from(const M3CodePage *page, IM3Module module) {
    uintptr_t first = (uintptr_t)module->functions;
    for (; page; page = page->info.next) {
        for (uint32_t line = 0; line < page->info.lineIndex; line++) {
            uintptr_t at = (uintptr_t)page->code[line] - first;
            uintptr_t i = at / sizeof(M3Function);
            if (i < module->numFunctions && at % sizeof(M3Function) == 0 && !module->functions[i].compiled)
                return &module->functions[i];
        }
    }
    return NULL;
}

/** Compiles what the functions compiled so far call, and what that calls: what only others call takes no memory. */
static M3Result compile_called(IM3Runtime runtime, IM3Module module) {
    for (;;) {
        IM3Function next = called_from(runtime->pagesOpen, module);
        if (!next)
            next = called_from(runtime->pagesFull, module);
        if (!next)
            return m3Err_none;
        M3Result error = CompileFunction(next);
        if (error)
            return error;
    }
}
#else
static M3Result reserve_code(IM3Runtime runtime) {
    (void)runtime;
    return m3Err_none;
}

static M3Result compile_called(IM3Runtime runtime, IM3Module module) {
    (void)runtime;
    return m3_CompileModule(module);
}
#endif

enum bg_safe_cause executor_start(const struct betaguard_module *module, uint8_t **memory) {
    // One byte brings the next allocation to wasm3's alignment, wherever the linker put the heap.
    heap_start = m3_Malloc("", 1);

    IM3Environment environment = m3_NewEnvironment();
    if (!environment)
        return BG_SAFE_CAUSE_MEMORY;
    IM3Runtime runtime = m3_NewRuntime(environment, BETAGUARD_WASM_STACK_BYTES, NULL);
    if (!runtime)
        return BG_SAFE_CAUSE_MEMORY;
#ifdef BETAGUARD_HAVE_MEMORY_LIMIT
    // A private field, but the only way not to spend a whole page of 64 KiB on a module that uses half of one.
    runtime->memoryLimit = BG_BOARD_MEMORY_BYTES;
#endif

    IM3Module parsed = NULL;
    M3Result error = m3_ParseModule(environment, &parsed, module->bytes, module->length);
    if (!error)
        error = m3_LoadModule(runtime, parsed);
    if (!error)
        error = reserve_code(runtime);
    if (!error)
        error = find_functions(runtime);
    // Otherwise a function would be compiled, and memory allocated, when it is first called.
    if (!error)
        error = compile_called(runtime, parsed);
    if (error)
        return cause_of(error, BG_SAFE_CAUSE_MODULE);

    uint32_t size = 0;
    *memory = m3_GetMemory(runtime, &size, 0);
    return size >= BG_BOARD_MEMORY_BYTES ? BG_SAFE_CAUSE_NONE : BG_SAFE_CAUSE_MODULE;
}

enum bg_safe_cause executor_call(enum bg_export function, int32_t argument, int32_t *result) {
    static const uint32_t arguments[BG_EXPORT_COUNT] = BG_EXPORT_ARGUMENTS;
    const void *given[] = {&argument};
    M3Result error = m3_Call(functions[function], arguments[function], given);
    if (error)
        return cause_of(error, BG_SAFE_CAUSE_TRAP);
    const void *taken[] = {result};
    return cause_of(m3_GetResults(functions[function], 1, taken), BG_SAFE_CAUSE_TRAP);
}

void executor_heap(uint32_t *used, uint32_t *size) {
    const uint8_t *top = heap_top();
    *size = d_m3FixedHeap;
    *used = top && heap_start ? (uint32_t)(top - heap_start) : *size;
}
