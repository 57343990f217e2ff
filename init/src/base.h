// Every part of the init uses these: memory, time, messages, and the event loop.
#ifndef LF_BASE_H
#define LF_BASE_H

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Never returns NULL: without memory the init can't do its work, so it ends.
void *allocate(size_t size);
char *copy_string(const char *string);

// The time of a monotonic clock.
int64_t now_ms(void);
int64_t now_us(void);

// Writes one line to the container's own log.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Whether `fd` becomes readable within `patience` ms. Polling a pipe does not take its lock.
bool is_readable(int fd, int patience);
// Called in a new process: it will end when its parent does.
void end_with(pid_t parent);

typedef void ready_fn(void *owner, short events);

// In this round of the loop, calls `ready` if one of `events` occurs on `fd`. `owner` must live until the next round.
void watch(int fd, short events, ready_fn *ready, void *owner);
// The round ends at this time of now_ms at the latest.
void wake_at(int64_t time);
// Waits once, and calls the `ready` function of each fd that has an event.
void watch_round(void);

#endif
