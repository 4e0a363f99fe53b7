#ifndef STM32F405_UART_H
#define STM32F405_UART_H

void uart_start(void);

#endif
