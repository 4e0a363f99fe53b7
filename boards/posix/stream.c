/* The link on standard input and output, or on a loopback TCP port that takes one connection after another. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parts.h"

static int listener = -1;
static int input = STDIN_FILENO;
static int output = STDOUT_FILENO;

/** Received and not yet taken. */
static uint8_t received[65536];
static int received_from, received_to;
/** Written and not yet sent: an answer comes in blocks of 254 bytes. */
static uint8_t waiting[65536];
static int waiting_bytes;

void stream_open(void) {
    // A side that has gone is an error of write(), not a signal.
    signal(SIGPIPE, SIG_IGN);
    if (options.tcp_port < 0)
        return;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)options.tcp_port),
    };
    socklen_t length = sizeof address;
    int yes = 1;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ||
        bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        refuse("--tcp: expected a free port, found %d: %s", options.tcp_port, strerror(errno));
    fprintf(stderr, "link: 127.0.0.1:%d\n", ntohs(address.sin_port));
    input = output = -1;
}

static bool readable(int descriptor, int timeout_ms) {
    struct pollfd poll_for = {.fd = descriptor, .events = POLLIN};
    return poll(&poll_for, 1, timeout_ms) > 0;
}

/** The other side of a TCP link has gone, and another may come; that of a pipe has gone for good. */
static int gone(void) {
    waiting_bytes = 0;
    if (listener < 0)
        return -1;
    close(input);
    input = output = -1;
    return 0;
}

static bool flush(void) {
    for (int sent = 0; sent < waiting_bytes;) {
        ssize_t count = write(output, waiting + sent, (size_t)(waiting_bytes - sent));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        sent += (int)count;
    }
    waiting_bytes = 0;
    return true;
}

static bool take_connection(void) {
    if (!readable(listener, 0))
        return false;
    int yes = 1;
    input = output = accept(listener, NULL, NULL);
    if (input >= 0)
        setsockopt(input, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return input >= 0;
}

int port_link_read(uint8_t *into, int most) {
    if (input < 0 && !take_connection())
        return 0;
    if (!flush())
        return gone();
    if (received_from == received_to) {
        if (!readable(input, 0))
            return 0;
        ssize_t count = read(input, received, sizeof received);
        if (count < 0 && errno == EINTR)
            return 0;
        if (count <= 0)
            return gone();
        received_from = 0;
        received_to = (int)count;
    }
    int count = received_to - received_from < most ? received_to - received_from : most;
    memcpy(into, received + received_from, (size_t)count);
    received_from += count;
    return count;
}

void port_link_write(const uint8_t *from, int bytes) {
    if (output < 0 || (waiting_bytes + bytes > (int)sizeof waiting && !flush()))
        return;
    memcpy(waiting + waiting_bytes, from, (size_t)bytes);
    waiting_bytes += bytes;
}

void stream_wait(int timeout_ms) {
    readable(input >= 0 ? input : listener, timeout_ms);
}
