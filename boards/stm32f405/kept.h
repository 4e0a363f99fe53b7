/* What must outlast a reset lies in RAM that start-up leaves alone, with a check: after power-on it holds anything. */
#ifndef STM32F405_KEPT_H
#define STM32F405_KEPT_H

#include <stdbool.h>

#include "fault.h"

/** Forgets everything unless its check holds. Before any other call. */
void kept_start(void);

void kept_fault(const struct fault_record *record);
/** Whether a fault was kept since this was last asked. The record stays for a debugger to read. */
bool kept_fault_is_new(void);

#endif
