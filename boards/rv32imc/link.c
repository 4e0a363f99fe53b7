/*
 * The link: the 16550 UART, polled. Its interrupt only ends port_idle(). QEMU holds bytes back until the FIFO has room,
 * so none is lost while a step runs; a wire would need a ring buffer here.
 */
#include "link.h"

#include "port.h"
#include "registers.h"

void link_start(void) {
    UART_LCR = UART_LCR_DIVISOR;
    UART_DIVISOR = 1;
    UART_LCR = UART_LCR_8N1;
    UART_FCR = UART_FCR_ENABLE;
    UART_IER = UART_IER_RECEIVED;
    PLIC_PRIORITY(UART_INTERRUPT) = 1;
    PLIC_ENABLE = 1u << UART_INTERRUPT;
    PLIC_THRESHOLD = 0;
}

int port_link_read(uint8_t *into, int most) {
    /* Before the FIFO is emptied: a byte that comes after that raises the interrupt anew. */
    uint32_t source = PLIC_CLAIM;
    if (source)
        PLIC_CLAIM = source;

    int count = 0;
    for (; count < most && (UART_LSR & UART_LSR_RECEIVED); count++)
        into[count] = UART_DATA;
    return count;
}

void port_link_write(const uint8_t *from, int bytes) {
    for (int i = 0; i < bytes; i++) {
        while (!(UART_LSR & UART_LSR_ROOM)) {
        }
        UART_DATA = from[i];
    }
}
