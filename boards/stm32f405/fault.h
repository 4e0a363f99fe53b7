/* A processor fault puts the outputs into the safe state, keeps its cause over the reset it ends in, and is reported. */
#ifndef STM32F405_FAULT_H
#define STM32F405_FAULT_H

#include <stdint.h>

struct fault_record {
    /** Exception number: 2 NMI (the crystal failed), 3 hard fault, 4 memory, 5 bus, 6 usage, 16 and up an interrupt. */
    uint32_t exception;
    uint32_t cfsr, hfsr, mmfar, bfar;
    uint32_t sp;
    /** Of the code that faulted; 0 where the processor could not push them. */
    uint32_t pc, lr, psr;
};

/** Vector of every exception that has no handler of its own. */
void Fault_Handler(void);

#endif
