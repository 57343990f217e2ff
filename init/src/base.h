// What every part needs: memory that is there or the end, time, messages, and the fds that the loop waits for.
#ifndef LF_BASE_H
#define LF_BASE_H

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Never returns NULL: init without memory can't keep its promises, so it ends.
void *allocate(size_t size);
char *copy_string(const char *string);

// Of a clock that never steps.
int64_t now_ms(void);
int64_t now_us(void);

// One line to the container's own log.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Whether something can be read within so many ms, outside the loop. To poll a pipe takes no lock.
bool is_readable(int fd, int patience);
// In a new process, which ends with the one that started it.
void end_with(pid_t parent);

typedef void ready_fn(void *owner, short events);

// Asks that `ready` be called if this round of the loop finds one of `events` on `fd`. An owner must live until the next round.
void watch(int fd, short events, ready_fn *ready, void *owner);
// Asks to be woken at this time of now_ms at the latest.
void wake_at(int64_t time);
// Waits once, and calls who is ready.
void watch_round(void);

#endif
