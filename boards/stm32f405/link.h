#ifndef STM32F405_LINK_H
#define STM32F405_LINK_H

void link_start(void);

#endif
