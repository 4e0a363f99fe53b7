/* CAN frames into a file, in the format of `candump -L`. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parts.h"

static FILE *file;

void can_open(void) {
    if (!options.can)
        return;
    file = fopen(options.can, "w");
    if (!file)
        refuse("--can: expected a file to write to, found %s: %s", options.can, strerror(errno));
    setvbuf(file, NULL, _IOLBF, 0);
}

bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes) {
    if (!file)
        return false;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    fprintf(file, "(%lld.%06ld) can0 %03X#", (long long)now.tv_sec, now.tv_nsec / 1000, (unsigned)identifier);
    for (int i = 0; i < bytes; i++)
        fprintf(file, "%02X", data[i]);
    return fputc('\n', file) != EOF;
}
