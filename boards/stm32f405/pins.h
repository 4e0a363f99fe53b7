/* One pin at a time; the clock of its port must be on. */
#ifndef STM32F405_PINS_H
#define STM32F405_PINS_H

#include "registers.h"

enum pin_mode { PIN_INPUT = 0, PIN_OUTPUT = 1, PIN_ALTERNATE = 2, PIN_ANALOGUE = 3 };

static inline void pin_mode(uint32_t port, unsigned pin, enum pin_mode mode) {
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3ul << 2 * pin)) | (uint32_t)mode << 2 * pin;
}

static inline void pin_alternate(uint32_t port, unsigned pin, uint32_t function) {
    unsigned shift = 4 * (pin % 8);
    GPIO_AFR(port, pin / 8) = (GPIO_AFR(port, pin / 8) & ~(15ul << shift)) | function << shift;
    pin_mode(port, pin, PIN_ALTERNATE);
}

static inline void pin_pull_up(uint32_t port, unsigned pin) {
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3ul << 2 * pin)) | 1ul << 2 * pin;
}

#endif
