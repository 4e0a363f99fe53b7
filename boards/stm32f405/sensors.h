#ifndef STM32F405_SENSORS_H
#define STM32F405_SENSORS_H

void sensors_start(void);

#endif
