/*
 * libFuzzer at the other end of the link. The first byte of an input says what the rest is:
 *  0: bytes as they come from the line. No step may come of them: a CRC-32 cannot be hit by chance.
 *  else: frames with a CRC that holds, each as type, how far its number is from the expected one, length u16, payload.
 *     Each must be answered once, and only one with the expected number may become a step.
 * The logic must never stop, and the sanitizers must find nothing.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cobs.h"
#include "crc32.h"
#include "firmware.h"
#include "link.h"
#include "port.h"
#include "words.h"

#define SECTORS 2
#define SECTOR_BYTES 16384
#define LINE_BYTES (1 << 20)

const char port_name[] = "fuzzer";
const uint32_t port_ticks_per_second = 0;
const uint32_t port_store_sectors = SECTORS;
const uint32_t port_store_sector_bytes = SECTOR_BYTES;

static uint8_t flash[SECTORS * SECTOR_BYTES];
/** Bytes on their way to the board. */
static uint8_t line[LINE_BYTES];
static int line_from, line_to;
/** Frames that came back. */
static uint32_t answers;

enum port_reset_cause port_reset_cause(void) {
    return PORT_RESET_POWER;
}
void port_keep(uint32_t word) {
    (void)word;
}
uint32_t port_kept(void) {
    return 0;
}
uint32_t port_ticks(void) {
    return 0;
}
/** One in every other turn, in time: the live loop runs too. */
uint32_t port_control_ticks(void) {
    static uint32_t due;
    due = !due;
    return due;
}
void port_idle(void) {}
int port_link_read(uint8_t *into, int most) {
    int count = line_to - line_from < most ? line_to - line_from : most;
    memcpy(into, line + line_from, (size_t)count);
    line_from += count;
    return count;
}
void port_link_write(const uint8_t *from, int bytes) {
    for (int i = 0; i < bytes; i++)
        answers += from[i] == 0;
}
static bool inside(uint32_t at, uint32_t bytes) {
    return at <= sizeof flash && bytes <= sizeof flash - at;
}
bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    if (inside(at, bytes))
        memcpy(into, flash + at, bytes);
    return inside(at, bytes);
}
bool port_store_erase(uint32_t sector) {
    memset(flash + sector * SECTOR_BYTES, 0xff, SECTOR_BYTES);
    return true;
}
bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    if (inside(at, bytes))
        memcpy(flash + at, from, bytes);
    return inside(at, bytes);
}
void port_watchdog_kick(void) {}
void port_safe_state(void) {}
void port_actuate(float actuatorCommand_MPa) {
    (void)actuatorCommand_MPa;
}
float port_sense(struct bg_cell_input *inputs, int cells) {
    memset(inputs, 0, (size_t)cells * sizeof *inputs);
    return 0;
}
bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes) {
    (void)identifier;
    (void)data;
    (void)bytes;
    return true;
}
void port_stack(uint32_t *unused, uint32_t *size) {
    *unused = 0;
    *size = 0;
}

static void expect(bool holds, const char *what) {
    if (holds)
        return;
    printf("%s\n", what);
    abort();
}

static void to_line(const uint8_t *from, int bytes) {
    expect(line_to + bytes <= LINE_BYTES, "the line is too short for this input");
    memcpy(line + line_to, from, (size_t)bytes);
    line_to += bytes;
}

static void put_frame(uint8_t type, uint16_t sequence, const uint8_t *payload, size_t bytes) {
    static uint8_t frame[LINE_BYTES];
    frame[0] = type;
    put_u16(frame + 1, sequence);
    memcpy(frame + 3, payload, bytes);
    put_u32(frame + 3 + bytes, crc32(0, frame, 3 + bytes));
    cobs_send(frame, 7 + bytes, to_line);
}

/** Lets the board take what is on the line. */
static void serve(void) {
    while (line_from < line_to)
        firmware_turn();
    line_from = line_to = 0;
}

/** Begins a new count of frames in hosted mode; the next number is 2. */
static void greet(void) {
    put_frame(BG_MESSAGE_HELLO, 0, (const uint8_t *)"", 0);
    put_frame(BG_MESSAGE_MODE, 1, (const uint8_t[]){BG_MODE_HOSTED}, 1);
    serve();
    expect(firmware.mode == BG_MODE_HOSTED, "the board is not in hosted mode");
}

static void take_noise(const uint8_t *bytes, size_t size) {
    uint32_t steps = firmware.steps;
    to_line(bytes, (int)size);
    serve();
    expect(firmware.steps == steps, "noise became a step");
    // Ends whatever frame the noise began.
    to_line((const uint8_t[]){0}, 1);
}

static void take_frames(const uint8_t *bytes, size_t size) {
    uint16_t expected = 2;
    for (size_t at = 0; size - at >= 4;) {
        uint8_t type = bytes[at];
        int8_t ahead = (int8_t)bytes[at + 1];
        size_t length = get_u16(bytes + at + 2);
        at += 4;
        length = length < size - at ? length : size - at;
        uint32_t steps = firmware.steps;
        uint32_t before = answers;
        put_frame(type, (uint16_t)(expected + ahead), bytes + at, length);
        at += length;
        bool live = firmware.mode == BG_MODE_LIVE;
        serve();
        expect(answers == before + 1, "a frame was not answered once");
        bool whole = length <= BETAGUARD_LINK_REQUEST_BYTES;
        bool in_order = whole && (ahead == 0 || type == BG_MESSAGE_HELLO);
        expect(in_order || live || firmware.steps == steps, "a frame out of order became a step");
        if (in_order)
            expected = (uint16_t)(expected + ahead + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static bool started;
    if (!started) {
        memset(flash, 0xff, sizeof flash);
        firmware_start(&betaguard_module);
        started = true;
    }
    if (size == 0 || size > LINE_BYTES / 8)
        return -1;
    greet();
    if (bytes[0] == 0)
        take_noise(bytes + 1, size - 1);
    else
        take_frames(bytes + 1, size - 1);
    expect(firmware.stopped == BG_SAFE_CAUSE_NONE, "the logic stopped");
    return 0;
}
