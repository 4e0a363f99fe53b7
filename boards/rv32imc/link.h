#ifndef RV32IMC_LINK_H
#define RV32IMC_LINK_H

void link_start(void);

#endif
