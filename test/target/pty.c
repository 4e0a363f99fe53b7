/* A serial port without the port: runs a command on one end of a pseudo-terminal and says what the other is called. */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 600
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int main(int count, char **arguments) {
    int board = posix_openpt(O_RDWR | O_NOCTTY);
    if (count < 2 || board < 0 || grantpt(board) || unlockpt(board))
        return 1;
    // Stays open: without a holder of the other end the board would read an end before the port is opened.
    int host = open(ptsname(board), O_RDWR | O_NOCTTY);
    struct termios raw;
    if (host < 0 || tcgetattr(host, &raw))
        return 1;
    cfmakeraw(&raw);
    if (tcsetattr(host, TCSANOW, &raw) || dup2(board, STDIN_FILENO) < 0 || dup2(board, STDOUT_FILENO) < 0)
        return 1;
    fprintf(stderr, "%s\n", ptsname(board));
    execvp(arguments[1], arguments + 1);
    return 1;
}
