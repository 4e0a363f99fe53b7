#ifndef STM32F405_FLASH_H
#define STM32F405_FLASH_H

void flash_start(void);

#endif
