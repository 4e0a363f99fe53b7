#include "kept.h"

#include <stddef.h>

#include "port.h"

static struct {
    uint32_t word;
    uint32_t fault_is_new;
    struct fault_record fault;
    uint32_t check;
} kept __attribute__((section(".noinit")));

static uint32_t check(void) {
    uint32_t sum = 0xbe7a6a2du;
    for (size_t i = 0; i < offsetof(__typeof__(kept), check) / sizeof sum; i++)
        sum = (sum << 1 | sum >> 31) ^ ((const uint32_t *)&kept)[i];
    return sum;
}

void kept_start(void) {
    if (kept.check == check())
        return;
    kept = (__typeof__(kept)){0};
    kept.check = check();
}

void port_keep(uint32_t word) {
    kept.word = word;
    kept.check = check();
}

uint32_t port_kept(void) {
    return kept.word;
}

void kept_fault(const struct fault_record *record) {
    kept.fault = *record;
    kept.fault_is_new = true;
    kept.check = check();
}

bool kept_fault_is_new(void) {
    bool is_new = kept.fault_is_new;
    kept.fault_is_new = false;
    kept.check = check();
    return is_new;
}
