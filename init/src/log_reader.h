// Reads the log pipe in a separate process. A program that moves bytes from a socket to a pipe by splice(2) holds the pipe's lock
// while it waits for them. A process that reads, measures, opens or closes the pipe meanwhile blocks and can't even be killed, and
// that must never happen to the init.
#ifndef LF_LOG_READER_H
#define LF_LOG_READER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LOG_READER_DIED = SIGUSR2 };  // the signal that reports its end

// The result of one read.
struct log_piece {
  const uint8_t *bytes;
  size_t size;
  size_t waiting;  // the bytes in the pipe when it began to read, including these
};

// Starts the process. `pipe` is the reading end, which is non-blocking.
void log_reader_open(int pipe);
// Whether it was asked and has not answered.
bool log_reader_busy(void);
// Asks it to read once.
void log_reader_ask(void);
// Waits for its answer. False if it is blocked by the pipe's lock; then later calls do not wait until it has answered.
bool log_reader_wait(void);
// No program runs any more, so none can hold the lock, and it is worth waiting again.
void log_reader_trust(void);
// Takes its answer.
struct log_piece log_reader_take(void);
// Becomes readable when it has answered.
int log_reader_fd(void);
// Starts another if it was killed, which a function that runs as the same user can do.
void log_reader_restart(void);

#endif
