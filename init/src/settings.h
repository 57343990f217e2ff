// The settings of this init: the LF_* variables of its environment. The programs that it starts do not see them.
#ifndef LF_SETTINGS_H
#define LF_SETTINGS_H

#include <stdint.h>

#include "wire.h"

struct settings {
  uint8_t token[TOKEN_SIZE];  // LF_TOKEN, 32 hex digits: every stream must begin with it
  const char *id;             // LF_ID: the name of the abstract socket
  uint16_t port;              // LF_PORT: the port of the Runtime API on 127.0.0.1
  int64_t grace;              // LF_GRACE: ms without a stream after which everything ends
  int64_t first_stream;       // LF_FIRST_STREAM: ms until the first stream must be open
  const char *roots;          // LF_ROOTS: the function's folders, separated by `:`
  const char *writable;       // LF_WRITABLE: where their files are written; by default the same
  const char *start;          // LF_START: a file with the first START command, or NULL
  uint64_t memory;            // LF_MEMORY: bytes that all processes together may use, to be enforced if no cgroup does; 0 if unlimited
  char **entrypoint;          // the arguments after `--`
  char **environment;         // all other variables
};

extern struct settings settings;

// Reads the settings, and wipes the memory that /proc/PID/environ shows.
void load_settings(char **entrypoint);
// The function's environment, overridden by `additions` (K=V), as a vector that free_strings frees.
char **environment_with(char **additions);

#endif
