// What the test process asks for, each answered by one REPLY on the command's channel.
#ifndef LF_COMMANDS_H
#define LF_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// False if the bytes make no sense.
bool run_command(uint32_t request, const uint8_t *payload, size_t size);
// A command that lies in a file, done at once as request 1: a stream that will ask for its answer need not be there yet.
void run_command_file(const char *path);
// Ends everything, then this process with that status; SIGTERM first if `patience` (ms) is not 0.
void leave(int status, uint32_t patience);
// Whether this process was told to end.
bool leaving(void);
// Sees to it that leaving ends.
void commands_watch(void);

#endif
