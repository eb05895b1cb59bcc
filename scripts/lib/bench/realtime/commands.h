// What the load generator can be told to do; each prints one line of JSON when it is done.
#ifndef COMMANDS_H
#define COMMANDS_H

void runBroadcasts(long count, double seconds, int window);
void runPairs(double rate, double seconds);
void runMessages(double seconds, int window);

#endif
