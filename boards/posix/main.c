/* The firmware as a process: the same code as on a board, with files and pipes for hardware. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "betaguard.h"
#include "firmware.h"
#include "parts.h"

const char port_name[] = "posix";

struct options options = {
    .tcp_port = -1,
    .cut = UINT64_MAX,
    .tick_ms = 100,
    .stack_bytes = BETAGUARD_POSIX_STACK_BYTES,
};

static const char help[] =
    "betaguard's firmware as a process. The link is on standard input and output.\n"
    "\n"
    "  --tcp <port>      link on this loopback port instead; 0 takes a free one and prints it\n"
    "  --store <file>    storage that outlives the process\n"
    "  --cut <bytes>     power fails after so many bytes written to it or erased in it\n"
    "  --tick <ms>       length of a control tick, 100 unless given; the logic always takes it for 100 ms. 0: none\n"
    "  --run <ticks>     so many control ticks as fast as they are served, then none, whatever the clock says\n"
    "  --samples <csv>   sensors in live mode: a row per tick, columns named as the inputs, silent after the last\n"
    "  --actuator <file> commands to the pressure actuator in MPa, one per tick\n"
    "  --can <file>      CAN frames, as candump -L writes them\n"
    "  --module <file>   a module other than the built-in one\n"
    "  --stack <bytes>   native stack of the firmware\n"
    "\n"
    "Exit codes: 0 link closed, 2 bad option or file, and what would have reset a board: 3 watchdog, 4 stack overflow,\n"
    "5 processor fault, 6 power failure (--cut).\n";

void refuse(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("betaguard: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_USAGE);
}

void say(const char *line) {
    // In a handler nothing can be done about a line that is lost.
    if (write(STDERR_FILENO, line, strlen(line)) < 0)
        return;
}

uint8_t *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file)
        refuse("expected a readable file, found %s: %s", path, strerror(errno));
    uint8_t *bytes = NULL;
    size_t room = 0;
    *length = 0;
    do {
        room = room * 2 + 65536;
        bytes = realloc(bytes, room);
        if (!bytes)
            refuse("expected a file that fits into memory, found %s", path);
        *length += fread(bytes + *length, 1, room - 1 - *length, file);
    } while (*length == room - 1);
    if (ferror(file))
        refuse("expected a readable file, found %s: %s", path, strerror(errno));
    fclose(file);
    bytes[*length] = 0;
    return bytes;
}

static uint64_t number(const char *text, const char *option, uint64_t least, uint64_t most) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < least || value > most)
        refuse("--%s: expected a whole number from %llu to %llu, found %s", option, (unsigned long long)least,
               (unsigned long long)most, text);
    return value;
}

enum { TCP = 1, STORE, CUT, TICK, RUN, SAMPLES, ACTUATOR, CAN, MODULE, STACK, HELP };

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"tcp", required_argument, NULL, TCP},       {"store", required_argument, NULL, STORE},
        {"cut", required_argument, NULL, CUT},       {"tick", required_argument, NULL, TICK},
        {"run", required_argument, NULL, RUN},       {"samples", required_argument, NULL, SAMPLES},
        {"can", required_argument, NULL, CAN},       {"actuator", required_argument, NULL, ACTUATOR},
        {"stack", required_argument, NULL, STACK},   {"module", required_argument, NULL, MODULE},
        {"help", no_argument, NULL, HELP},           {0},
    };
    int index = 0;
    for (int option; (option = getopt_long(count, arguments, "", known, &index)) != -1;) {
        switch (option) {
        case TCP:
            options.tcp_port = (int)number(optarg, "tcp", 0, 65535);
            break;
        case STORE:
            options.store = optarg;
            break;
        case CUT:
            options.cut = number(optarg, "cut", 0, UINT64_MAX - 1);
            break;
        case TICK:
            options.tick_ms = (uint32_t)number(optarg, "tick", 0, 60000);
            break;
        case RUN:
            options.run_ticks = (uint32_t)number(optarg, "run", 1, UINT32_MAX);
            options.tick_ms = 0;
            break;
        case SAMPLES:
            options.samples = optarg;
            break;
        case ACTUATOR:
            options.actuator = optarg;
            break;
        case CAN:
            options.can = optarg;
            break;
        case MODULE:
            options.module = optarg;
            break;
        case STACK:
            options.stack_bytes = (uint32_t)number(optarg, "stack", 16384, 1u << 30);
            break;
        case HELP:
            fputs(help, stdout);
            exit(EXIT_LINK_CLOSED);
        default:
            // getopt_long has said what is wrong.
            exit(EXIT_USAGE);
        }
    }
    if (optind < count)
        refuse("expected options only, found %s; see --help", arguments[optind]);
}

static struct betaguard_module module;

static void run_firmware(void) {
    firmware_run(&module);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    module = betaguard_module;
    if (options.module) {
        if (executor_kind != BG_EXECUTOR_WASM3)
            refuse("--module: expected a build with wasm3, found one ahead of time, whose module is linked in");
        size_t length;
        module = (struct betaguard_module){.bytes = read_file(options.module, &length)};
        module.length = (uint32_t)length;
    }
    storage_open();
    stream_open();
    can_open();
    samples_open();
    actuator_open();
    clock_open();
    stack_run(run_firmware);
    return EXIT_LINK_CLOSED;
}
