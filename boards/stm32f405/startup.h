#ifndef STM32F405_STARTUP_H
#define STM32F405_STARTUP_H

/* What the vector table leads to; startup.c has it. */
void Reset_Handler(void);
void SysTick_Handler(void);
void USART1_Handler(void);

#endif
