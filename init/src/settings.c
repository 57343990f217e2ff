#include "settings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"

extern char **environ;

struct settings settings = {
  .id = "0", .port = 9001, .grace = 10000, .first_stream = 60000, .roots = "/var/task:/opt"};

static int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

static void load_token(const char *hex) {
  if (!hex || strlen(hex) != TOKEN_SIZE * 2) die(64, "LF_TOKEN must be %d hex digits", TOKEN_SIZE * 2);
  for (int i = 0; i < TOKEN_SIZE; i++) {
    int high = hex_digit(hex[i * 2]), low = hex_digit(hex[i * 2 + 1]);
    if (high < 0 || low < 0) die(64, "LF_TOKEN must be %d hex digits", TOKEN_SIZE * 2);
    settings.token[i] = (uint8_t)(high << 4 | low);
  }
}

static int64_t number(const char *name, int64_t otherwise, int64_t limit) {
  const char *text = getenv(name);
  if (!text) return otherwise;
  char *end;
  long long value = strtoll(text, &end, 10);
  if (!*text || *end || value < 0 || value > limit) die(64, "%s must be a number from 0 to %lld", name, (long long)limit);
  return value;
}

// Whether `names`, separated by `:`, contains the variable of this entry.
static bool listed(const char *names, const char *entry) {
  size_t length = strcspn(entry, "=");
  for (; *names; names += strcspn(names, ":"), names += *names == ':') {
    if (strcspn(names, ":") == length && !strncmp(names, entry, length)) return true;
  }
  return false;
}

void load_settings(char **entrypoint) {
  settings.entrypoint = entrypoint;
  load_token(getenv("LF_TOKEN"));
  if (getenv("LF_ID")) settings.id = copy_string(getenv("LF_ID"));
  if (getenv("LF_ROOTS")) settings.roots = copy_string(getenv("LF_ROOTS"));
  settings.writable = getenv("LF_WRITABLE") ? copy_string(getenv("LF_WRITABLE")) : settings.roots;
  if (getenv("LF_START")) settings.start = copy_string(getenv("LF_START"));
  settings.port = (uint16_t)number("LF_PORT", settings.port, 65535);
  settings.memory = (uint64_t)number("LF_MEMORY", 0, INT64_MAX);
  settings.grace = number("LF_GRACE", settings.grace, INT32_MAX);
  settings.first_stream = number("LF_FIRST_STREAM", settings.first_stream, INT32_MAX);

  char *unset = copy_string(getenv("LF_UNSET") ? getenv("LF_UNSET") : "");
  size_t count = 0, kept = 0;
  while (environ[count]) count++;
  char **environment = allocate((count + 1) * sizeof *environment);
  for (size_t i = 0; i < count; i++) {
    if (strncmp(environ[i], "LF_", 3) && !listed(unset, environ[i])) environment[kept++] = copy_string(environ[i]);
    memset(environ[i], 0, strlen(environ[i]));
  }
  free(unset);
  environment[kept] = NULL;
  settings.environment = environment;
  environ = environment;
}

static bool same_name(const char *entry, const char *other) {
  size_t name = strcspn(entry, "=");
  return !strncmp(entry, other, name) && other[name] == '=';
}

char **environment_with(char **additions) {
  size_t count = 0, added = 0;
  while (settings.environment[count]) count++;
  while (additions && additions[added]) added++;
  char **result = allocate((count + added + 1) * sizeof *result);
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    bool replaced = false;
    for (size_t j = 0; j < added && !replaced; j++) replaced = same_name(settings.environment[i], additions[j]);
    if (!replaced) result[size++] = copy_string(settings.environment[i]);
  }
  for (size_t j = 0; j < added; j++) {
    bool replaced = false;
    for (size_t later = j + 1; later < added && !replaced; later++) replaced = same_name(additions[j], additions[later]);
    if (!replaced) result[size++] = copy_string(additions[j]);
  }
  result[size] = NULL;
  return result;
}
