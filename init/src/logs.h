// One pipe for everything that the runtime and the extensions print, which keeps the order of their writes.
#ifndef LF_LOGS_H
#define LF_LOGS_H

#include <stdbool.h>

void logs_open(void);
// A new writing end with its own open file description, so that O_NONBLOCK of one program does not affect another. -1 and errno.
int logs_writer(void);
// Closes a writing end later, when no program can hold the pipe's lock.
void logs_retire(int writer);
// Sends everything that is in the pipe now. A program that holds the pipe's lock delays this only once.
void logs_drain(void);
// The same when no program runs any more. Also closes the retired writing ends.
void logs_settle(void);
// The test process is slow. Neither the pipe nor the runtime's sockets are read until it has caught up.
bool logs_paused(void);
void logs_watch(void);

#endif
