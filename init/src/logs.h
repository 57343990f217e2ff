// One pipe for all that runtime and extensions print, so that its order is the order of their writes.
#ifndef LF_LOGS_H
#define LF_LOGS_H

#include <stdbool.h>

// Makes the pipe; gives its size.
unsigned logs_open(void);
// A new writing end, with its own open file description: one program's O_NONBLOCK is not another's. -1 and errno.
int logs_writer(void);
// Closes it when that can't wait for who holds the pipe's lock.
void logs_retire(int writer);
// Sends all that is in the pipe now; who holds its lock for longer than a write takes can't make us wait again and again.
void logs_drain(void);
// The same when nothing runs any more.
void logs_settle(void);
// The test process is slow: no more is read until it has caught up, nor from the sockets that must not overtake it.
bool logs_paused(void);
void logs_watch(void);

#endif
