#ifndef RV32IMC_CLOCK_H
#define RV32IMC_CLOCK_H

void clock_start(void);

#endif
