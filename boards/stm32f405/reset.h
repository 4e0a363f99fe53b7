#ifndef STM32F405_RESET_H
#define STM32F405_RESET_H

/** Reads why the processor started; before anything else can reset it. */
void reset_start(void);

#endif
