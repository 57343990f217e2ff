#include "dispatch.h"

#include "commands.h"
#include "connections.h"
#include "files.h"

bool dispatch_frame(struct header header, const uint8_t *payload) {
  switch (header.type) {
    case FRAME_DATA:
      connection_data(header.channel, payload, header.length);
      return true;
    case FRAME_END:
      connection_end(header.channel);
      return true;
    case FRAME_RESET:
      connection_reset(header.channel);
      return true;
    case FRAME_CREDIT:
      if (header.length != 4) return false;
      connection_credit(header.channel, get_u32(payload));
      return true;
    case FRAME_EXPECT:
      return connection_expect(header.channel, payload, header.length);
    case FRAME_COMMAND:
      return run_command(header.channel, payload, header.length);
    case FRAME_FILE:
      return file_begin(payload, header.length);
    case FRAME_FILE_DATA:
      file_data(payload, header.length);
      return true;
    default:
      return false;
  }
}
