/* The firmware's own native stack: painted, to see how much of it was used, with a guard below that cannot be touched. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "parts.h"

#define PAINT 0xa5
/** More than any one frame, so that none can step over it. */
#define GUARD_BYTES 65536

static uint8_t *guard;
static uint8_t *stack;
static uint32_t stack_bytes;

void port_stack(uint32_t *unused, uint32_t *size) {
    uint32_t painted = 0;
    while (painted < stack_bytes && stack[painted] == PAINT)
        painted++;
    *unused = painted;
    *size = stack_bytes;
}

static void fault(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    const uint8_t *at = info->si_addr;
    bool in_guard = at >= guard && at < stack;
    port_keep(in_guard ? BG_SAFE_CAUSE_STACK : BG_SAFE_CAUSE_FAULT);
    if (in_guard)
        storage_reset(PORT_RESET_FAULT, EXIT_STACK, "reset: native stack overflow\n");
    storage_reset(PORT_RESET_FAULT, EXIT_FAULT, "reset: processor fault\n");
}

static void *start(void *firmware) {
    static uint8_t handlers_stack[65536];
    stack_t alternative = {.ss_sp = handlers_stack, .ss_size = sizeof handlers_stack};
    stack_t before;
    sigaltstack(&alternative, &before);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    void (**run)(void) = firmware;
    (*run)();
    // A sanitizer takes its own away when the thread ends.
    sigaltstack(&before, NULL);
    return NULL;
}

void stack_run(void (*firmware)(void)) {
    // Whole pages; the thread's own record lies at their upper end.
    stack_bytes = (options.stack_bytes + 4095) & ~4095u;
    guard = mmap(NULL, GUARD_BYTES + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guard == MAP_FAILED || mprotect(guard, GUARD_BYTES, PROT_NONE))
        refuse("--stack: expected %u bytes, found no room: %s", stack_bytes, strerror(errno));
    stack = guard + GUARD_BYTES;
    memset(stack, PAINT, stack_bytes);

    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, stack, stack_bytes) || pthread_create(&thread, &attributes, start, &firmware))
        refuse("--stack: expected a size a thread can have, found %u", stack_bytes);
    pthread_join(thread, NULL);
}
