// `init -x ID`, run by the engine's exec: hands its stdin and stdout to the init of that ID, so that no byte is copied twice.
#ifndef LF_BRIDGE_H
#define LF_BRIDGE_H

// The whole life of `init -x`: its exit status.
int bridge_main(const char *id);

// The init's side: a listening abstract socket, non-blocking.
int bridge_listen(const char *id);

enum bridge_news { BRIDGE_NOTHING, BRIDGE_STREAM, BRIDGE_ENDED };
// Takes what an accepted bridge sent: BRIDGE_STREAM gives the stdin and stdout of its exec, non-blocking.
enum bridge_news bridge_receive(int bridge, int fds[2]);

#endif
