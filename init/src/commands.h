// The commands of the test process. Each is answered by one REPLY on its channel.
#ifndef LF_COMMANDS_H
#define LF_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// False if the bytes are no valid command.
bool run_command(uint32_t request, const uint8_t *payload, size_t size);
// Executes a command that is in a file, as request 1. Its reply waits for the first stream.
void run_command_file(const char *path);
// Ends all processes, then this one with that status. The runtime gets SIGTERM and `patience` ms before it is killed, if that is not 0.
void leave(int status, uint32_t patience);
// Whether this process is about to end.
bool leaving(void);
// Ends this process when leaving takes too long.
void commands_watch(void);

#endif
