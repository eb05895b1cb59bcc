// A load generator: websocket clients on one thread that do what standard input says.
//
//   load --port N --clients MAXIMUM [--protocol raw|socketio] [--auth JSON | --auth-file FILE] [--conversation ID …]
//
//   open COUNT WINDOW               opens clients until there are COUNT, WINDOW of them under way at a time
//   broadcast COUNT SECONDS WINDOW  COUNT broadcasts, or as many as SECONDS allow, WINDOW under way at a time
//   pairs RATE SECONDS              RATE events per second from every even client to the odd one behind it
//   messages SECONDS WINDOW         messages through msgctl
//
// Each prints a line of JSON. At the end of the input it ends, and its connections with it.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "client.h"
#include "commands.h"

static void unexpected(struct client *client, const char *text, size_t count) {
    (void)client, (void)text, (void)count;
}

static void runOpen(int count, int window) {
    int before = readyCount;
    int64_t began = nanoseconds();
    textReceived = unexpected;
    clientsOpen(count, window);
    printf("{\"opened\":%d,\"clients\":%d,\"seconds\":%.4f}\n", readyCount - before, readyCount,
        (double)(nanoseconds() - began) / 1e9);
}

static void run(const char *line) {
    long count;
    double rate, seconds;
    int number, window;
    if (sscanf(line, "open %d %d", &number, &window) == 2) {
        runOpen(number, window);
    } else if (sscanf(line, "broadcast %ld %lf %d", &count, &seconds, &window) == 3) {
        runBroadcasts(count, seconds, window);
    } else if (sscanf(line, "pairs %lf %lf", &rate, &seconds) == 2) {
        runPairs(rate, seconds);
    } else if (sscanf(line, "messages %lf %d", &seconds, &window) == 2) {
        runMessages(seconds, window);
    } else {
        fail("a command is not known");
    }
}

int main(int argc, char **argv) {
    static const struct option known[] = {
        {"port", required_argument, NULL, 'p'},      {"clients", required_argument, NULL, 'c'},
        {"protocol", required_argument, NULL, 'r'},  {"auth", required_argument, NULL, 'a'},
        {"auth-file", required_argument, NULL, 'f'}, {"conversation", required_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int maximum = 0;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 'c': maximum = atoi(optarg); break;
        case 'r': options.protocol = strcmp(optarg, "raw") == 0 ? RAW : SOCKET_IO; break;
        case 'a': options.auth = optarg; break;
        case 'f': options.authFile = optarg; break;
        case 'v':
            if (options.conversationCount == MAXIMUM_CONVERSATIONS) fail("too many conversations");
            options.conversations[options.conversationCount++] = optarg;
            break;
        default: return 64;
        }
    }
    if (options.port < 1 || options.port > 65535 || maximum < 1 || maximum > 1000000) {
        fprintf(stderr, "load: --port and --clients are needed\n");
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    // fgets must not take more than one line off standard input, which is watched for the next.
    setvbuf(stdin, NULL, _IONBF, 0);
    clientsPrepare(maximum);
    for (const char *line; (line = clientsReadLine());) run(line);
    return 0;
}
