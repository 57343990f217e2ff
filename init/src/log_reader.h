// Reads the log pipe in a process of its own. Whoever moves bytes from a socket to a pipe by splice(2) holds the pipe's lock while it
// waits for them, and who reads, measures, opens or closes the pipe meanwhile can't even be killed: that must never be this process.
#ifndef LF_LOG_READER_H
#define LF_LOG_READER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LOG_READER_DIED = SIGUSR2 };  // how the kernel tells of its end

// What it read.
struct log_piece {
  const uint8_t *bytes;
  size_t size;
  size_t waiting;  // so many were there when it began, these among them
};

// Starts it; `pipe` is the reading end, not blocking.
void log_reader_open(int pipe);
// It was asked and has not answered.
bool log_reader_busy(void);
// Asks it to read once.
void log_reader_ask(void);
// Waits for its answer; false if it hangs at the pipe's lock, and from then on at once, until it moves.
bool log_reader_wait(void);
// Its lock can't be held any more, since nothing runs: it is worth waiting again.
void log_reader_trust(void);
// The answer that was waited for.
struct log_piece log_reader_take(void);
// Readable when it has answered.
int log_reader_fd(void);
// Starts another if it was killed: the function may run as the same user.
void log_reader_mend(void);

#endif
