#ifndef STM32F405_STARTUP_H
#define STM32F405_STARTUP_H

/* Named as in the vector table; startup.c puts them there. */
void Reset_Handler(void);
void SysTick_Handler(void);
void USART1_Handler(void);

#endif
