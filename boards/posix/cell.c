/* The cell: samples from a file for sensors, lines on standard error for the contactor, lines of a file for the actuator. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

#define COLUMNS 5

static const struct {
    const char *name;
    size_t offset;
    /** Bit of `fresh`, 0 where there is none. */
    int32_t fresh;
} columns[COLUMNS] = {
    {"current_mA_cm2", offsetof(struct bg_cell_input, current_mA_cm2), BG_FRESH_CURRENT},
    {"voltage_V", offsetof(struct bg_cell_input, voltage_V), BG_FRESH_VOLTAGE},
    {"temperature_degC", offsetof(struct bg_cell_input, temperature_degC), BG_FRESH_TEMPERATURE},
    {"stackPressure_MPa", offsetof(struct bg_cell_input, stackPressure_MPa), BG_FRESH_PRESSURE},
    {"fixturePressure_MPa", offsetof(struct bg_cell_input, fixturePressure_MPa), 0},
};

/** What is left of the file: the next tick's row. */
static const char *next_row = "";
static bool closed;
static FILE *actuator;

void samples_open(void) {
    if (!options.samples)
        return;
    size_t length;
    char *text = (char *)read_file(options.samples, &length);
    char *end = strchr(text, '\n');
    if (!end)
        refuse("--samples: expected a header and rows, found one line in %s", options.samples);
    *end = 0;
    const char *header = "current_mA_cm2,voltage_V,temperature_degC,stackPressure_MPa,fixturePressure_MPa";
    if (strcmp(text, header) != 0)
        refuse("--samples: expected the header %s, found %s", header, text);
    next_row = end + 1;
}

void actuator_open(void) {
    if (!options.actuator)
        return;
    actuator = fopen(options.actuator, "w");
    if (!actuator)
        refuse("--actuator: expected a file to write to, found %s: %s", options.actuator, strerror(errno));
    setvbuf(actuator, NULL, _IOLBF, 0);
}

/** Reads the next row; a channel whose field is empty, or whose row is missing, gave no sample. */
static struct bg_cell_input next_samples(void) {
    struct bg_cell_input input = {.fixturePressure_MPa = NAN};
    for (int i = 0; i < COLUMNS && *next_row && *next_row != '\n'; i++) {
        char *end;
        float value = strtof(next_row, &end);
        if (end != next_row) {
            memcpy((uint8_t *)&input + columns[i].offset, &value, sizeof value);
            input.fresh |= columns[i].fresh;
        }
        next_row = end;
        if (*next_row == ',')
            next_row++;
    }
    next_row += strcspn(next_row, "\n");
    if (*next_row)
        next_row++;
    return input;
}

float port_sense(struct bg_cell_input *inputs, int cells) {
    struct bg_cell_input input = next_samples();
    for (int cell = 0; cell < cells; cell++)
        inputs[cell] = input;
    return input.current_mA_cm2 < 0 ? -input.current_mA_cm2 : 0;
}

void port_actuate(float actuatorCommand_MPa) {
    // Nine digits are enough to read back the same float.
    if (actuator)
        fprintf(actuator, "%.9g\n", (double)actuatorCommand_MPa);
    if (!closed)
        say("contactor: closed\n");
    closed = true;
}

void port_safe_state(void) {
    if (closed)
        say("contactor: open\n");
    closed = false;
}
