#ifndef STM32F405_BXCAN_H
#define STM32F405_BXCAN_H

void bxcan_start(void);

#endif
