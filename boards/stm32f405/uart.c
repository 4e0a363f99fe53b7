/* The link: USART1 on PA9 (transmit) and PA10 (receive), 8N1, the pins ST's boot loader uses too. */
#include "uart.h"

#include "clock.h"
#include "pins.h"
#include "port.h"
#include "registers.h"
#include "startup.h"

/** A power of two; holds what arrives while a step of 24 cells runs, at 921600 baud too. */
#define RING_BYTES 1024u
_Static_assert((RING_BYTES & (RING_BYTES - 1)) == 0, "indices wrap by masking");

static uint8_t ring[RING_BYTES];
/** Bytes ever received and ever read; only the interrupt writes the first, only the loop the second. */
static volatile uint32_t received, taken;

void uart_start(void) {
    clock_unit(&RCC_APB2ENR, RCC_APB2ENR_USART1EN);
    pin_alternate(GPIOA, 9, 7);
    pin_alternate(GPIOA, 10, 7);
    pin_pull_up(GPIOA, 10);
    USART1_BRR = (APB2_HZ + BETAGUARD_BAUD / 2) / BETAGUARD_BAUD;
    USART1_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
    NVIC_ISER(USART1_IRQ / 32) = BIT(USART1_IRQ % 32);
}

void USART1_Handler(void) {
    // Reading the two in this order also clears an overrun, whose bytes the frame's CRC misses.
    uint32_t status = USART1_SR;
    uint8_t byte = (uint8_t)USART1_DR;
    if ((status & USART_SR_RXNE) && received - taken < RING_BYTES) {
        ring[received & (RING_BYTES - 1)] = byte;
        received++;
    }
}

int port_link_read(uint8_t *into, int most) {
    int count = 0;
    for (; count < most && taken != received; count++, taken++)
        into[count] = ring[taken & (RING_BYTES - 1)];
    return count;
}

void port_link_write(const uint8_t *from, int bytes) {
    for (int i = 0; i < bytes; i++) {
        while (!(USART1_SR & USART_SR_TXE)) {
        }
        USART1_DR = from[i];
    }
}
