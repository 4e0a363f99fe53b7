#include "clock.h"

#include "port.h"
#include "registers.h"
#include "startup.h"

/** The crystal is specified to start within 2 ms, the PLL to lock within 0.3 ms; at 16 MHz a poll takes over 0.3 µs. */
#define PATIENCE 100000u

#define TICK_COUNTS (CORE_HZ / 1000 * TICK_MS)
#define TICKS_PER_CONTROL (100 / TICK_MS)
_Static_assert(TICK_COUNTS <= 1u << 24, "SysTick has 24 bits");

const uint32_t port_ticks_per_second = CORE_HZ;

static volatile uint32_t ticks;

static uint32_t wait_for(volatile uint32_t *of, uint32_t mask) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < PATIENCE && bits == 0; i++)
        bits = *of & mask;
    return bits;
}

void clock_start(void) {
    clock_unit(&RCC_APB1ENR, RCC_APB1ENR_PWREN);
    PWR_CR |= PWR_CR_VOS;

    RCC_CR |= RCC_CR_HSEON;
    bool crystal = wait_for(&RCC_CR, RCC_CR_HSERDY) != 0;
    // 8 MHz crystal or 16 MHz inside → 2 MHz × 168 / 2; the second output is 48 MHz and not used.
    RCC_PLLCFGR = (crystal ? RCC_PLLCFGR_PLLSRC_HSE | RCC_PLLCFGR_PLLM(4) : RCC_PLLCFGR_PLLM(8)) |
                  RCC_PLLCFGR_PLLN(168) | RCC_PLLCFGR_PLLP(2) | RCC_PLLCFGR_PLLQ(7);
    RCC_CR |= RCC_CR_PLLON;
    // An emulator without this unit runs at full speed anyhow: go on without it.
    if (wait_for(&RCC_CR, RCC_CR_PLLRDY)) {
        FLASH_ACR = FLASH_ACR_LATENCY(5) | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
        RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2 | RCC_CFGR_SW_PLL;
        wait_for(&RCC_CFGR, RCC_CFGR_SWS_PLL);
        // A crystal that stops later ends in the NMI, which is a fault.
        if (crystal)
            RCC_CR |= RCC_CR_CSSON;
    }

    SYST_RVR = TICK_COUNTS - 1;
    SYST_CVR = 0;
    SYST_CSR = SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
}

void SysTick_Handler(void) {
    ticks++;
}

__attribute__((section(".ramtext"), noinline)) bool clock_poll_tick(void) {
    if (!(SYST_CSR & SYST_CSR_COUNTFLAG))
        return false;
    ticks++;
    ICSR = ICSR_PENDSTCLR;
    return true;
}

uint32_t port_ticks(void) {
    uint32_t periods, left;
    do {
        periods = ticks;
        left = SYST_CVR;
        // Wrapped, but not counted yet: the handler runs before the next reading.
    } while (periods != ticks || (ICSR & ICSR_PENDSTSET));
    return periods * TICK_COUNTS + (TICK_COUNTS - 1 - left);
}

uint32_t port_control_ticks(void) {
    static uint32_t taken;
    uint32_t due = (ticks - taken) / TICKS_PER_CONTROL;
    taken += due * TICKS_PER_CONTROL;
    return due;
}

void port_idle(void) {
    __asm volatile("wfi");
}
