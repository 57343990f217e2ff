// Code and layers that come through the tunnel, put only under the given roots, never through a link.
#ifndef LF_FILES_H
#define LF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A folder, a link, or a file whose bytes follow. False if the frame makes no sense; what can't be put is told by files_result.
bool file_begin(const uint8_t *payload, size_t size);
void file_data(const uint8_t *bytes, size_t size);
// NULL and the count since the last call, or what went wrong first. Begins anew.
const char *files_result(uint32_t *count);

#endif
