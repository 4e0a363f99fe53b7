#include "reset.h"

#include "kept.h"
#include "port.h"
#include "registers.h"

static enum port_reset_cause cause;

void reset_start(void) {
    uint32_t flags = RCC_CSR;
    RCC_CSR |= RCC_CSR_RMVF;
    kept_start();
    if (kept_fault_is_new())
        cause = PORT_RESET_FAULT;
    else if (flags & (RCC_CSR_IWDGRSTF | RCC_CSR_WWDGRSTF))
        cause = PORT_RESET_WATCHDOG;
    else if (flags & RCC_CSR_SFTRSTF)
        cause = PORT_RESET_SOFTWARE;
    else if (flags & RCC_CSR_PORRSTF)
        // Power-on sets the flags below too.
        cause = PORT_RESET_POWER;
    else if (flags & RCC_CSR_BORRSTF)
        cause = PORT_RESET_BROWNOUT;
    else if (flags & RCC_CSR_PINRSTF)
        cause = PORT_RESET_PIN;
}

enum port_reset_cause port_reset_cause(void) {
    return cause;
}
