#include "can.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct bg_can_message messages[BG_CAN_MESSAGES] = BG_CAN_MESSAGE_TABLE;
static const struct bg_can_signal signals[] = BG_CAN_SIGNAL_TABLE;

/* CRC-8 as SAE J1850 defines it, and AUTOSAR's Crc_CalculateCRC8: x^8 + x^4 + x^3 + x^2 + 1, start and final XOR 0xff. */
static uint8_t crc8(uint8_t crc, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc & 0x80 ? (crc << 1) ^ 0x1d : crc << 1);
    }
    return crc;
}

static uint8_t checksum(const struct can_frame *frame) {
    const uint8_t identifier[2] = {(uint8_t)frame->identifier, (uint8_t)(frame->identifier >> 8)};
    return crc8(crc8(0xff, identifier, sizeof identifier), frame->data + 1, sizeof frame->data - 1) ^ 0xff;
}

/* Words are copied out: the module's memory is bytes to C. */
static int32_t integer_at(const void *record, int word) {
    int32_t value;
    memcpy(&value, (const uint8_t *)record + 4 * word, sizeof value);
    return value;
}

static float float_at(const void *record, int word) {
    float value;
    memcpy(&value, (const uint8_t *)record + 4 * word, sizeof value);
    return value;
}

static const void *cell_record(const struct can_source *source, int32_t cell) {
    return (const uint8_t *)source->cell_states + (size_t)cell * BG_CELL_STATE_BYTES;
}

/* The cell with the largest or smallest finite value; -1 when none has one. */
static int32_t extreme_cell(const struct can_source *source, int word, bool largest) {
    int32_t found = -1;
    float extreme = 0;
    for (int32_t cell = 0; cell < source->cells; cell++) {
        const float value = float_at(cell_record(source, cell), word);
        if (isfinite(value) && (found < 0 || (largest ? value > extreme : value < extreme))) {
            found = cell;
            extreme = value;
        }
    }
    return found;
}

static int32_t lowest_code(const struct bg_can_signal *signal) {
    return signal->is_signed ? -(int32_t)(1u << (signal->bits - 1)) + 1 : 0;
}

static int32_t highest_code(const struct bg_can_signal *signal) {
    const int32_t all = (int32_t)((1u << (signal->bits - signal->is_signed)) - 1);
    return all == signal->notAvailable ? all - 1 : all;
}

static int32_t from_float(const struct bg_can_signal *signal, float value) {
    if (!isfinite(value))
        return signal->notAvailable;
    const float scaled = ldexpf(value, -signal->scale);
    /* The range is settled before the conversion, which C leaves undefined outside it. */
    if (scaled <= (float)lowest_code(signal))
        return lowest_code(signal);
    if (scaled >= (float)highest_code(signal))
        return highest_code(signal);
    int32_t below = (int32_t)scaled;
    if ((float)below > scaled)
        below--;
    /* Exact: both are multiples of the float's last bit and less than 1 apart. */
    const float rest = scaled - (float)below;
    switch (signal->conversion) {
    case BG_CAN_CONVERSION_UP:
        return rest > 0 ? below + 1 : below;
    case BG_CAN_CONVERSION_NEAREST:
        return rest >= 0.5f ? below + 1 : below;
    default:
        return below;
    }
}

static int32_t from_integer(const struct bg_can_signal *signal, int32_t value) {
    if (signal->conversion == BG_CAN_CONVERSION_SLICE)
        return (int32_t)((uint32_t)value >> signal->scale & ((1u << signal->bits) - 1));
    if (value < 0)
        return signal->notAvailable == BG_CAN_ALWAYS_AVAILABLE ? 0 : signal->notAvailable;
    return value > highest_code(signal) ? highest_code(signal) : value;
}

static int32_t from_record(const struct bg_can_signal *signal, const void *record) {
    if (signal->conversion == BG_CAN_CONVERSION_INTEGER || signal->conversion == BG_CAN_CONVERSION_SLICE)
        return from_integer(signal, integer_at(record, signal->word));
    return from_float(signal, float_at(record, signal->word));
}

static int32_t code_of(const struct bg_can_signal *signal, const struct can_source *source, const int32_t *status) {
    const int origin = signal->origin;
    if (origin == BG_CAN_ORIGIN_STATUS)
        return from_integer(signal, status[signal->word]);
    if (source->mode != BG_MODE_LIVE)
        return signal->idle;
    if (origin == BG_CAN_ORIGIN_PACK)
        return from_record(signal, source->pack);
    if (origin == BG_CAN_ORIGIN_CELL)
        return from_record(signal, cell_record(source, status[BG_CAN_STATUS_CELL]));
    const int32_t cell =
        extreme_cell(source, signal->word, origin == BG_CAN_ORIGIN_MOST || origin == BG_CAN_ORIGIN_MOST_CELL);
    if (origin == BG_CAN_ORIGIN_MOST_CELL || origin == BG_CAN_ORIGIN_LEAST_CELL)
        return from_integer(signal, cell);
    return cell < 0 ? signal->notAvailable : from_record(signal, cell_record(source, cell));
}

static struct can_frame frame_of(int message, struct can_state *state, const struct can_source *source,
                                 const int32_t *status) {
    uint64_t bits = (uint64_t)(state->counters[message]++ & 15u) << 8;
    for (int i = 0; i < messages[message].signals; i++) {
        const struct bg_can_signal *signal = &signals[messages[message].first + i];
        if (signal->page != BG_CAN_EVERY_PAGE && signal->page != status[BG_CAN_STATUS_PAGE])
            continue;
        const uint32_t code = (uint32_t)code_of(signal, source, status) & ((1u << signal->bits) - 1);
        bits |= (uint64_t)code << signal->start;
    }
    struct can_frame frame = {.identifier = messages[message].identifier};
    for (int byte = 0; byte < 8; byte++)
        frame.data[byte] = (uint8_t)(bits >> 8 * byte);
    frame.data[0] = checksum(&frame);
    return frame;
}

int can_encode(struct can_state *state, const struct can_source *source, struct can_frame frames[BG_CAN_FRAMES]) {
    const bool live = source->mode == BG_MODE_LIVE;
    if (live && state->cell >= source->cells)
        state->cell = 0;
    int32_t status[] = {
        [BG_CAN_STATUS_MODE] = (int32_t)source->mode,
        [BG_CAN_STATUS_SAFE_CAUSE] = (int32_t)source->safe_cause,
        [BG_CAN_STATUS_CELLS] = live ? source->cells : 0,
        [BG_CAN_STATUS_OVERRUNS] = (int32_t)(source->overruns > INT32_MAX ? INT32_MAX : source->overruns),
        [BG_CAN_STATUS_CELL] = state->cell,
        [BG_CAN_STATUS_PAGE] = 0,
    };
    int count = 0;
    for (int message = 0; message < BG_CAN_MESSAGES; message++) {
        if (messages[message].pages == 0) {
            frames[count++] = frame_of(message, state, source, status);
        } else if (live) {
            for (int32_t page = 0; page < messages[message].pages; page++) {
                status[BG_CAN_STATUS_PAGE] = page;
                frames[count++] = frame_of(message, state, source, status);
            }
        }
    }
    if (live)
        state->cell++;
    return count;
}
