// Writes code and layers that come through the tunnel. It writes only under LF_WRITABLE, and never through a link.
#ifndef LF_FILES_H
#define LF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Makes a folder or link, or begins a file whose bytes follow. False if the frame is invalid. files_result reports failures.
bool file_begin(const uint8_t *payload, size_t size);
void file_data(const uint8_t *bytes, size_t size);
// NULL and the count since the last call, or the first failure since then.
const char *files_result(uint32_t *count);

#endif
