/* What each message of host/schema/link.ts does. */
#ifndef BETAGUARD_MESSAGES_H
#define BETAGUARD_MESSAGES_H

#include <stdint.h>

/**
 * Carries out a request and writes the answer's payload, of at most BETAGUARD_LINK_ANSWER_BYTES (CMakeLists.txt); returns
 * its length, or −1 − a `bg_refusal`.
 */
int32_t messages_answer(uint8_t type, const uint8_t *payload, uint32_t bytes, uint8_t *answer);

#endif
