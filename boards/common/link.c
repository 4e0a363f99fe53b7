#include "link.h"

#include "cobs.h"
#include "crc32.h"
#include "layout.h"
#include "messages.h"
#include "port.h"
#include "words.h"

/* A frame: type u8, sequence u16, payload, CRC u32. */
#define PAYLOAD_AT 3

static uint8_t request[BG_FRAME_OVERHEAD_BYTES + BETAGUARD_LINK_REQUEST_BYTES];
static struct cobs_decoder decoder = {.into = request, .most = sizeof request};

/** The last answer, kept for a host that did not get it. */
static uint8_t answer[BG_FRAME_OVERHEAD_BYTES + BETAGUARD_LINK_ANSWER_BYTES];
static size_t answer_length;
/** Number of the request it answers; none before the first `hello`. */
static uint16_t last_sequence;

static struct link_counters counters;

const struct link_counters *link_counters(void) {
    return &counters;
}

static void send(uint8_t *frame, uint8_t type, uint16_t sequence, size_t payload) {
    frame[0] = type;
    put_u16(frame + 1, sequence);
    put_u32(frame + PAYLOAD_AT + payload, crc32(0, frame, PAYLOAD_AT + payload));
    cobs_send(frame, BG_FRAME_OVERHEAD_BYTES + payload, port_link_write);
}

static size_t put_refusal(uint8_t *payload, enum bg_refusal code, uint8_t type, uint16_t expected) {
    payload[0] = (uint8_t)code;
    payload[1] = type;
    put_u16(payload + 2, expected);
    return 4;
}

/** Refuses a frame that is no request in its order: nothing is carried out and the last answer is kept. */
static void refuse_frame(enum bg_refusal code, uint8_t type, uint16_t sequence) {
    uint8_t frame[BG_FRAME_OVERHEAD_BYTES + 4];
    size_t payload = put_refusal(frame + PAYLOAD_AT, code, type, (uint16_t)(last_sequence + 1));
    send(frame, BG_REFUSAL, sequence, payload);
}

static void take_request(uint8_t type, uint16_t sequence, uint32_t bytes) {
    bool known = answer_length > 0;
    if (type != BG_MESSAGE_HELLO) {
        if (known && sequence == last_sequence) {
            cobs_send(answer, answer_length, port_link_write);
            return;
        }
        if (!known || sequence != (uint16_t)(last_sequence + 1)) {
            counters.refused++;
            refuse_frame(BG_REFUSAL_SEQUENCE, type, sequence);
            return;
        }
    }
    last_sequence = sequence;
    uint8_t answer_type = type | BG_ANSWER;
    int32_t payload = messages_answer(type, request + PAYLOAD_AT, bytes, answer + PAYLOAD_AT);
    if (payload < 0) {
        counters.refused++;
        answer_type = BG_REFUSAL;
        payload = (int32_t)put_refusal(answer + PAYLOAD_AT, (enum bg_refusal)(-1 - payload), type, (uint16_t)(sequence + 1));
    }
    answer_length = BG_FRAME_OVERHEAD_BYTES + (size_t)payload;
    send(answer, answer_type, sequence, (size_t)payload);
}

static void take_frame(size_t length) {
    uint16_t expected = (uint16_t)(last_sequence + 1);
    if (length > sizeof request) {
        counters.refused++;
        refuse_frame(BG_REFUSAL_SIZE, 0, expected);
    } else if (length < BG_FRAME_OVERHEAD_BYTES || crc32(0, request, length - 4) != get_u32(request + length - 4)) {
        counters.damaged++;
        refuse_frame(BG_REFUSAL_CRC, 0, expected);
    } else {
        take_request(request[0], get_u16(request + 1), (uint32_t)(length - BG_FRAME_OVERHEAD_BYTES));
    }
}

static void take_byte(uint8_t byte) {
    enum cobs_event event = cobs_take(&decoder, byte);
    if (event == COBS_MORE)
        return;
    if (event == COBS_FRAME) {
        take_frame(decoder.length);
    } else {
        counters.damaged++;
        refuse_frame(BG_REFUSAL_CRC, 0, (uint16_t)(last_sequence + 1));
    }
    cobs_restart(&decoder);
}

bool link_turn(bool *busy) {
    uint8_t received[64];
    int count = port_link_read(received, sizeof received);
    for (int i = 0; i < count; i++)
        take_byte(received[i]);
    *busy = count > 0;
    return count >= 0;
}
