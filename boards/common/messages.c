#include "messages.h"

#include <stddef.h>

#include "crc32.h"
#include "firmware.h"
#include "freeze.h"
#include "link.h"
#include "port.h"
#include "store.h"
#include "words.h"

#define REFUSED(code) (-1 - (int32_t)(code))
#define OUTPUTS 1u
#define STATE_CRC 2u
#define PACKED 4u
#define OUTPUTS_PACKED 8u

_Static_assert(BETAGUARD_LINK_REQUEST_BYTES >= 4 + BG_INPUT_BYTES(BG_MAX_CELLS), "a step of all cells fits");
_Static_assert(BETAGUARD_LINK_REQUEST_BYTES >= BG_PARAMETER_COUNT * 8, "all parameters fit");
_Static_assert(BETAGUARD_LINK_ANSWER_BYTES >= 12 + 4 + BG_MASK_BYTES(BG_OUTPUT_BYTES(BG_MAX_CELLS)) +
                                                  BG_OUTPUT_BYTES(BG_MAX_CELLS),
               "a step of all cells fits");
_Static_assert(BG_CELL_INPUT_AT == BG_STEP_INPUT_AT + (int)sizeof(struct bg_step_input), "inputs are copied as one");
_Static_assert(sizeof(struct betaguard_parameter) == 8 && offsetof(struct betaguard_parameter, value) == 4, "as on the link");

/** Answers with a status or a length; the logic having stopped, with a refusal. */
static int32_t put_result(uint8_t *answer, int32_t result) {
    if (result < 0) {
        firmware_stop((enum bg_safe_cause)-result);
        return REFUSED(BG_REFUSAL_SAFE);
    }
    put_u32(answer, (uint32_t)result);
    return 4;
}

static int32_t hello(uint8_t *answer) {
    put_u16(answer, BG_LINK_VERSION);
    answer[2] = (uint8_t)firmware.mode;
    answer[3] = (uint8_t)executor_kind;
    put_u32(answer + 4, BG_ABI_VERSION);
    put_u32(answer + 8, (uint32_t)BG_LAYOUT_HASH);
    memcpy(answer + 12, firmware.module->sha256, 32);
    put_u32(answer + 44, BETAGUARD_LINK_REQUEST_BYTES);
    put_u32(answer + 48, BETAGUARD_LINK_ANSWER_BYTES);
    put_u32(answer + 52, (uint32_t)betaguard_cells());
    answer[56] = (uint8_t)port_reset_cause();
    answer[57] = (uint8_t)firmware.last_cause;
    memset(answer + 58, 0, 16);
    memcpy(answer + 58, port_name, strnlen(port_name, 15));
    return 74;
}

static int32_t parameters(const uint8_t *payload, uint32_t bytes, uint8_t *answer) {
    if (bytes % sizeof(struct betaguard_parameter) != 0 || bytes > BETAGUARD_STAGING_BYTES)
        return REFUSED(BG_REFUSAL_SIZE);
    freeze_restart();
    int32_t refused;
    int32_t count = (int32_t)(bytes / sizeof(struct betaguard_parameter));
    int32_t status = betaguard_set_parameters(payload, count, &refused);
    put_u32(answer + 4, (uint32_t)refused);
    int32_t length = put_result(answer, status);
    return length < 0 ? length : 8;
}

static int32_t reset(const uint8_t *payload, uint8_t *answer) {
    firmware_cells_changed();
    return put_result(answer, betaguard_reset((int32_t)get_u32(payload)));
}

static bool changes(const uint8_t *packed, uint32_t word) {
    return packed[word / 8] >> (word % 8) & 1;
}

/** Whether `bytes` are `wanted` packed steps of `words` words, no more and no less. */
static bool packed_steps_fit(const uint8_t *from, uint32_t bytes, uint32_t wanted, uint32_t words) {
    uint32_t bits = (words + 7) / 8;
    for (; wanted > 0; wanted--) {
        if (bytes < bits)
            return false;
        uint32_t step = bits;
        for (uint32_t k = 0; k < words; k++)
            step += changes(from, k) ? 4 : 0;
        if (bytes < step)
            return false;
        from += step;
        bytes -= step;
    }
    return bytes == 0;
}

/** Changes the input records by a packed step; returns what follows it. */
static const uint8_t *unpack_step(const uint8_t *from, uint32_t words) {
    uint8_t *into = (uint8_t *)betaguard_step_input();
    const uint8_t *next = from + (words + 7) / 8;
    for (uint32_t k = 0; k < words; k++, into += 4) {
        if (!changes(from, k))
            continue;
        memcpy(into, next, 4);
        next += 4;
    }
    return next;
}

static uint32_t state_crc(int32_t cells) {
    uint32_t state = crc32(0, betaguard_state(), BG_SNAPSHOT_BYTES((uint32_t)cells));
    return crc32(state, (const uint8_t *)betaguard_pack_output(), sizeof(struct bg_pack_output));
}

/** All cells' outputs, then the pack's; returns what follows them. */
static uint8_t *put_outputs(uint8_t *into, int32_t cells) {
    for (int32_t cell = 0; cell < cells; cell++, into += sizeof(struct bg_cell_output))
        memcpy(into, betaguard_cell_output(cell), sizeof(struct bg_cell_output));
    memcpy(into, betaguard_pack_output(), sizeof(struct bg_pack_output));
    return into + sizeof(struct bg_pack_output);
}

/** One word of what put_outputs() puts. */
static uint32_t output_word(uint32_t k, int32_t cells) {
    const uint32_t words = sizeof(struct bg_cell_output) / 4;
    uint32_t cell = k / words;
    if (cell < (uint32_t)cells)
        return get_u32((const uint8_t *)betaguard_cell_output((int32_t)cell) + 4 * (k % words));
    return get_u32((const uint8_t *)betaguard_pack_output() + 4 * (k - (uint32_t)cells * words));
}

/**
 * Packs the outputs at `mask`, where those before the step lie behind the mask's bytes: what is written never gets ahead of
 * what is read. Returns what follows them.
 */
static uint8_t *pack_outputs(uint8_t *mask, int32_t cells) {
    uint32_t bytes = BG_OUTPUT_BYTES((uint32_t)cells);
    const uint8_t *before = mask + BG_MASK_BYTES(bytes);
    uint8_t *into = mask + BG_MASK_BYTES(bytes);
    memset(mask, 0, BG_MASK_BYTES(bytes));
    for (uint32_t k = 0; k < bytes / 4; k++) {
        uint32_t word = output_word(k, cells);
        if (word == get_u32(before + 4 * k))
            continue;
        mask[k / 8] |= (uint8_t)(1u << (k % 8));
        put_u32(into, word);
        into += 4;
    }
    return into;
}

static int32_t steps(const uint8_t *payload, uint32_t bytes, uint8_t *answer) {
    if (bytes < 4)
        return REFUSED(BG_REFUSAL_SIZE);
    uint32_t wanted = get_u16(payload);
    uint32_t flags = get_u16(payload + 2);
    int32_t cells = betaguard_cells();
    uint32_t input = BG_INPUT_BYTES((uint32_t)cells);
    uint32_t outputs = BG_OUTPUT_BYTES((uint32_t)cells);
    uint32_t crc = flags & STATE_CRC ? 4 : 0;
    uint32_t output = crc + (flags & OUTPUTS ? outputs : 0);
    bool fit = flags & PACKED ? packed_steps_fit(payload + 4, bytes - 4, wanted, input / 4) : bytes == 4 + wanted * input;
    // Without cells no length is right, and the module says why it does not step.
    if (cells > 0 && (!fit || 12 + wanted * output > BETAGUARD_LINK_ANSWER_BYTES))
        return REFUSED(BG_REFUSAL_SIZE);
    if (cells > 0 && (flags & PACKED))
        memset(betaguard_step_input(), 0, input);

    int32_t status = cells > 0 ? BG_STATUS_OK : BG_STATUS_NOT_RESET;
    uint32_t done = 0;
    uint32_t ticks = 0;
    uint8_t *into = answer + 12;
    const uint8_t *from = payload + 4;
    while (status == BG_STATUS_OK && done < wanted) {
        // A batch may take longer than the watchdog waits.
        port_watchdog_kick();
        if (flags & OUTPUTS_PACKED) {
            // How much a step will change is not known: as many as surely fit.
            if ((uint32_t)(into - answer) + crc + BG_MASK_BYTES(outputs) + outputs > BETAGUARD_LINK_ANSWER_BYTES)
                break;
            put_outputs(into + crc + BG_MASK_BYTES(outputs), cells);
        }
        if (flags & PACKED) {
            from = unpack_step(from, input / 4);
        } else {
            memcpy(betaguard_step_input(), from, input);
            from += input;
        }
        status = firmware_step();
        if (status != BG_STATUS_OK)
            break;
        done++;
        ticks += firmware.ticks_last;
        if (flags & STATE_CRC) {
            put_u32(into, state_crc(cells));
            into += 4;
        }
        if (flags & OUTPUTS_PACKED)
            into = pack_outputs(into, cells);
        else if (flags & OUTPUTS)
            into = put_outputs(into, cells);
    }
    if (status < 0)
        return REFUSED(BG_REFUSAL_SAFE);
    put_u32(answer, (uint32_t)status);
    put_u16(answer + 4, (uint16_t)done);
    put_u16(answer + 6, 0);
    put_u32(answer + 8, ticks);
    return (int32_t)(into - answer);
}

/** Whether `bytes` from `offset` lie within `size`, in sums that cannot wrap. */
static bool within(uint32_t offset, uint32_t bytes, uint32_t size) {
    return offset <= size && bytes <= size - offset;
}

static int32_t read(const uint8_t *payload, uint8_t *answer) {
    uint32_t offset = get_u32(payload);
    uint32_t bytes = get_u32(payload + 4);
    uint32_t region = BG_SNAPSHOT_BYTES((uint32_t)betaguard_cells());
    if (bytes > BETAGUARD_LINK_ANSWER_BYTES || !within(offset, bytes, region + sizeof(struct bg_pack_output)))
        return REFUSED(BG_REFUSAL_SIZE);
    const uint8_t *state = betaguard_state();
    if (!state)
        return REFUSED(BG_REFUSAL_SAFE);
    const uint8_t *pack = (const uint8_t *)betaguard_pack_output();
    for (uint32_t i = 0; i < bytes; i++, offset++)
        answer[i] = offset < region ? state[offset] : pack[offset - region];
    return (int32_t)bytes;
}

static int32_t stage(const uint8_t *payload, uint32_t bytes, uint8_t *answer) {
    if (bytes < 4 || !within(get_u32(payload), bytes - 4, BETAGUARD_STAGING_BYTES))
        return REFUSED(BG_REFUSAL_SIZE);
    freeze_restart();
    memcpy(betaguard_staging() + get_u32(payload), payload + 4, bytes - 4);
    return put_result(answer, BG_STATUS_OK);
}

static int32_t restore(const uint8_t *payload, uint8_t *answer) {
    int32_t status = betaguard_restore((int32_t)get_u32(payload));
    if (status == BG_STATUS_OK)
        firmware_cells_changed();
    return put_result(answer, status);
}

static int32_t store(uint8_t *answer) {
    if (betaguard_cells() == 0)
        return put_result(answer, BG_STATUS_NOT_RESET);
    const uint8_t *bytes;
    int32_t length = betaguard_snapshot(&bytes);
    if (length < 0)
        return put_result(answer, length);
    return store_save(bytes, (uint32_t)length) ? put_result(answer, BG_STATUS_OK) : REFUSED(BG_REFUSAL_STORAGE);
}

static int32_t mode(const uint8_t *payload, uint8_t *answer) {
    if (firmware.stopped != BG_SAFE_CAUSE_NONE)
        return REFUSED(BG_REFUSAL_SAFE);
    if (payload[0] > BG_MODE_HOSTED || !firmware_enter((enum bg_mode)payload[0]))
        return REFUSED(BG_REFUSAL_MODE);
    answer[0] = (uint8_t)firmware.mode;
    return 1;
}

static int32_t health(uint8_t *answer) {
    struct bg_health words = {
        .steps = firmware.steps,
        .overruns = firmware.overruns,
        .damagedFrames = link_counters()->damaged,
        .refusedFrames = link_counters()->refused,
        .ticksLast = firmware.ticks_last,
        .ticksMost = firmware.ticks_most,
        .ticksLeast = firmware.ticks_least,
        .ticksPerSecond = port_ticks_per_second,
        .ticksFreeze = firmware.ticks_freeze,
    };
    executor_heap(&words.heapUsed_B, &words.heapSize_B);
    uint32_t unused;
    port_stack(&unused, &words.stackSize_B);
    words.stackUsed_B = words.stackSize_B - unused;
    memcpy(answer, &words, sizeof words);
    return sizeof words;
}

static int32_t freeze(uint8_t *answer) {
    put_u32(answer, freeze_bytes());
    put_u32(answer + 4, freeze_missed());
    int32_t length = 8;
    for (uint32_t number, index = 0; (number = freeze_number(index)) != 0; index++, length += 4)
        put_u32(answer + length, number);
    return length;
}

static int32_t frame(const uint8_t *payload, uint8_t *answer) {
    const uint8_t *bytes = freeze_frame(get_u32(payload));
    if (!bytes)
        return REFUSED(BG_REFUSAL_FRAME);
    memcpy(answer, bytes, freeze_bytes());
    return (int32_t)freeze_bytes();
}

static int32_t clear(const uint8_t *payload, uint8_t *answer) {
    return freeze_clear(get_u32(payload)) ? put_result(answer, BG_STATUS_OK) : REFUSED(BG_REFUSAL_FRAME);
}

/** In which modes a message may come, and how long its payload is. */
struct rule {
    bool live;
    bool hosted;
    bool safe;
    /** −1: the message itself checks. */
    int bytes;
};

#define RULES 15
static const struct rule rules[RULES] = {
    [BG_MESSAGE_HELLO] = {.live = true, .hosted = true, .safe = true, .bytes = 0},
    [BG_MESSAGE_PARAMETERS] = {.hosted = true, .bytes = -1},
    [BG_MESSAGE_RESET] = {.hosted = true, .bytes = 4},
    [BG_MESSAGE_STEPS] = {.hosted = true, .bytes = -1},
    [BG_MESSAGE_SNAPSHOT] = {.live = true, .hosted = true, .bytes = 0},
    // What a board stopped with is worth reading.
    [BG_MESSAGE_READ] = {.live = true, .hosted = true, .safe = true, .bytes = 8},
    [BG_MESSAGE_STAGE] = {.hosted = true, .bytes = -1},
    [BG_MESSAGE_RESTORE] = {.hosted = true, .bytes = 4},
    [BG_MESSAGE_STORE] = {.live = true, .hosted = true, .bytes = 0},
    [BG_MESSAGE_MODE] = {.live = true, .hosted = true, .safe = true, .bytes = 1},
    [BG_MESSAGE_HEALTH] = {.live = true, .hosted = true, .safe = true, .bytes = 0},
    [BG_MESSAGE_FREEZE] = {.live = true, .hosted = true, .safe = true, .bytes = 0},
    [BG_MESSAGE_FRAME] = {.live = true, .hosted = true, .safe = true, .bytes = 4},
    [BG_MESSAGE_CLEAR] = {.live = true, .hosted = true, .safe = true, .bytes = 4},
};

static bool allowed(const struct rule *rule) {
    switch (firmware.mode) {
    case BG_MODE_LIVE:
        return rule->live;
    case BG_MODE_HOSTED:
        return rule->hosted;
    default:
        return rule->safe;
    }
}

int32_t messages_answer(uint8_t type, const uint8_t *payload, uint32_t bytes, uint8_t *answer) {
    if (type == 0 || type >= RULES)
        return REFUSED(BG_REFUSAL_TYPE);
    const struct rule *rule = &rules[type];
    if (!allowed(rule))
        return REFUSED(firmware.stopped != BG_SAFE_CAUSE_NONE ? BG_REFUSAL_SAFE : BG_REFUSAL_MODE);
    if (rule->bytes >= 0 && bytes != (uint32_t)rule->bytes)
        return REFUSED(BG_REFUSAL_SIZE);
    switch ((enum bg_message)type) {
    case BG_MESSAGE_HELLO:
        return hello(answer);
    case BG_MESSAGE_PARAMETERS:
        return parameters(payload, bytes, answer);
    case BG_MESSAGE_RESET:
        return reset(payload, answer);
    case BG_MESSAGE_STEPS:
        return steps(payload, bytes, answer);
    case BG_MESSAGE_SNAPSHOT: {
        const uint8_t *region;
        return put_result(answer, betaguard_snapshot(&region));
    }
    case BG_MESSAGE_READ:
        return read(payload, answer);
    case BG_MESSAGE_STAGE:
        return stage(payload, bytes, answer);
    case BG_MESSAGE_RESTORE:
        return restore(payload, answer);
    case BG_MESSAGE_STORE:
        return store(answer);
    case BG_MESSAGE_MODE:
        return mode(payload, answer);
    case BG_MESSAGE_HEALTH:
        return health(answer);
    case BG_MESSAGE_FREEZE:
        return freeze(answer);
    case BG_MESSAGE_FRAME:
        return frame(payload, answer);
    case BG_MESSAGE_CLEAR:
        return clear(payload, answer);
    }
    return REFUSED(BG_REFUSAL_TYPE);
}
