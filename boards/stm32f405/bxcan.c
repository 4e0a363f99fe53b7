/* CAN1 on PB8 (receive) and PB9 (transmit), 500 kbit/s, sampled at 86 % of a bit. It only sends. */
#include "bxcan.h"

#include <string.h>

#include "clock.h"
#include "pins.h"
#include "port.h"
#include "registers.h"

#define BIT_HZ 500000u
#define PRESCALER 6u
/** Time quanta of a bit: one to synchronise, then these before and after the sample point. */
#define BEFORE 11u
#define AFTER 2u
_Static_assert(APB1_HZ == BIT_HZ * PRESCALER * (1 + BEFORE + AFTER), "bit timing");

/** Entering the initialisation mode may wait for a frame on the bus to end: 0.3 ms. */
#define PATIENCE 100000u
/** Waiting for a mailbox: two of the longest frames, of 0.27 ms each. A tick's frames take 5 ms on a bus that is free. */
#define MAILBOX_TICKS (CORE_HZ / 2000)

static bool present;

static bool wait_for_init(uint32_t wanted) {
    for (uint32_t i = 0; i < PATIENCE; i++)
        if ((CAN1_MSR & CAN_MSR_INAK) == wanted)
            return true;
    return false;
}

void bxcan_start(void) {
    clock_unit(&RCC_APB1ENR, RCC_APB1ENR_CAN1EN);
    pin_alternate(GPIOB, 8, 9);
    pin_alternate(GPIOB, 9, 9);
    CAN1_MCR = CAN_MCR_INRQ;
    if (!wait_for_init(CAN_MSR_INAK))
        return;
    CAN1_BTR = CAN_BTR_BRP(PRESCALER) | CAN_BTR_TS1(BEFORE) | CAN_BTR_TS2(AFTER);
    // Sends in the order queued; returns by itself after bus-off, when the bus has been idle as the standard asks.
    CAN1_MCR = CAN_MCR_TXFP | CAN_MCR_ABOM;
    // Leaving waits for an idle bus, which may come later than we can wait: sending checks for it again.
    present = true;
}

/** The controller holds three frames, the firmware sends more at once: waiting costs less RAM than a queue. */
static bool wait_for_mailbox(void) {
    uint32_t since = port_ticks();
    while (!(CAN1_TSR & CAN_TSR_TME))
        if (port_ticks() - since > MAILBOX_TICKS)
            return false;
    return true;
}

bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes) {
    if (!present || bytes > 8 || (CAN1_MSR & CAN_MSR_INAK) || (CAN1_ESR & CAN_ESR_BOFF) ||
        !wait_for_mailbox())
        return false;
    uint32_t mailbox = CAN1_TSR >> CAN_TSR_CODE_SHIFT & 3;
    uint32_t words[2] = {0, 0};
    memcpy(words, data, (size_t)bytes);
    CAN1_TDTR(mailbox) = (uint32_t)bytes;
    CAN1_TDLR(mailbox) = words[0];
    CAN1_TDHR(mailbox) = words[1];
    CAN1_TIR(mailbox) = identifier << CAN_TIR_STID_SHIFT | CAN_TIR_TXRQ;
    return true;
}
