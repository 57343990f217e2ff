// How this init was told to be: LF_* of its environment, which nothing it starts shall see.
#ifndef LF_SETTINGS_H
#define LF_SETTINGS_H

#include <stdint.h>

#include "wire.h"

struct settings {
  uint8_t token[TOKEN_SIZE];  // LF_TOKEN, 32 hex digits: who knows it may speak to us
  const char *id;             // LF_ID: name of the abstract socket
  uint16_t port;              // LF_PORT: the Runtime API's, on 127.0.0.1
  int64_t grace;              // LF_GRACE: ms without a stream until everything ends
  int64_t first_stream;       // LF_FIRST_STREAM: ms for the first one
  const char *roots;          // LF_ROOTS: where files may be put, `:` between
  const char *start;          // LF_START: a file with the first START command, or NULL
  uint64_t memory;            // LF_MEMORY: bytes that all together may hold where no cgroup says so, 0: any
  char **entrypoint;          // argv after `--`
  char **environment;         // what is left
};

extern struct settings settings;

// Takes the settings out of the environment and wipes the memory that /proc/PID/environ shows.
void load_settings(char **entrypoint);
// A vector of the function's environment with `additions` (K=V) put over it; freed by free_strings.
char **environment_with(char **additions);

#endif
