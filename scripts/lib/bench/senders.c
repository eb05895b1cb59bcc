// A load generator: Socket.IO clients over websockets that send messages, each one after the other's acknowledgement.
//
//   senders HOST PORT SENDERS SECONDS < CLIENTS
//
// CLIENTS has a line `TOKEN CONVERSATION` for each client; all connect, the first SENDERS of them send for SECONDS
// (after one second that does not count), everybody receives. Prints one line of JSON: what was acknowledged, refused
// and delivered to others, for how long, and the latencies from sending to acknowledgement in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CAPACITY = 1 << 18, MAXIMUM_CLIENTS = 20000, MAXIMUM_SAMPLES = 4000000 };
enum state { UPGRADING, OPENING, JOINING, READY };

struct client {
    int socket;
    enum state state;
    char *token, *conversation;
    unsigned sent;
    int64_t sentAt;
    size_t length;
    char *buffer;
};

static struct client clients[MAXIMUM_CLIENTS];
static int clientCount, senderCount, readyCount;
static int64_t measureFrom, measureUntil;
static uint64_t acknowledged, refused, delivered, sampleCount;
static uint32_t *samples;

static void fail(const char *what) {
    fprintf(stderr, "senders: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void writeAll(struct client *client, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = send(client->socket, bytes, count, MSG_NOSIGNAL);
        if (written < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (written <= 0) fail("a connection was closed while writing");
        bytes += written;
        count -= written;
    }
}

static void sendText(struct client *client, const char *text, size_t count) {
    // A mask of zeros is as good as another: it only has to be there.
    char frame[CAPACITY];
    size_t at = 0;
    frame[at++] = (char)0x81;
    if (count < 126) {
        frame[at++] = (char)(0x80 | count);
    } else {
        frame[at++] = (char)(0x80 | 126);
        frame[at++] = (char)(count >> 8);
        frame[at++] = (char)(count & 255);
    }
    memset(frame + at, 0, 4);
    at += 4;
    memcpy(frame + at, text, count);
    writeAll(client, frame, at + count);
}

static void sendMessage(struct client *client) {
    char text[1024];
    client->sent++;
    int count = snprintf(text, sizeof text,
        "42%u[\"send_message\",{\"conversationId\":\"%s\",\"content\":\"message %u: the quick brown fox jumps over the "
        "lazy dog, and the dog does not mind it at all, for it is a warm day\"}]",
        client->sent, client->conversation, client->sent);
    client->sentAt = now();
    sendText(client, text, count);
}

static void handleText(struct client *client, const char *text, size_t count) {
    if (count == 0) return;
    if (text[0] == '2') { sendText(client, "3", 1); return; }
    if (client->state == OPENING && text[0] == '0') {
        char join[4096];
        int length = snprintf(join, sizeof join, "40{\"token\":\"Bearer %s\"}", client->token);
        client->state = JOINING;
        sendText(client, join, length);
        return;
    }
    if (count >= 2 && text[0] == '4' && text[1] == '4') fail("a client was refused");
    if (client->state == JOINING && count >= 2 && text[0] == '4' && text[1] == '0') {
        client->state = READY;
        readyCount++;
        return;
    }
    int64_t instant = now();
    int counts = instant >= measureFrom && instant < measureUntil;
    if (count > 20 && memcmp(text, "42[\"message_received\"", 21) == 0) {
        if (counts) delivered++;
        return;
    }
    if (count >= 2 && text[0] == '4' && text[1] == '3') {
        int isGood = memmem(text, count, "\"success\":true", 14) != NULL;
        if (counts && client->sentAt >= measureFrom) {
            if (isGood) acknowledged++; else refused++;
            if (sampleCount < MAXIMUM_SAMPLES) samples[sampleCount++] = (uint32_t)(instant - client->sentAt);
        }
        if (instant < measureUntil) sendMessage(client);
    }
}

// Takes whole frames out of what has come; answers how many bytes that were.
static size_t handleFrames(struct client *client) {
    size_t at = 0;
    while (client->length - at >= 2) {
        const unsigned char *bytes = (const unsigned char *)client->buffer + at;
        size_t header = 2, count = bytes[1] & 127;
        if (count == 126) {
            if (client->length - at < 4) break;
            count = (size_t)bytes[2] << 8 | bytes[3];
            header = 4;
        } else if (count == 127) {
            if (client->length - at < 10) break;
            // The list of all who are online takes more than two bytes can count.
            count = 0;
            for (int byte = 2; byte < 10; byte++) count = count << 8 | bytes[byte];
            header = 10;
            if (count > CAPACITY - header) fail("a frame is too long");
        }
        if (client->length - at < header + count) break;
        if ((bytes[0] & 15) == 8) fail("the server closed a connection");
        if ((bytes[0] & 15) == 1) handleText(client, client->buffer + at + header, count);
        at += header + count;
    }
    return at;
}

static void receive(struct client *client) {
    for (;;) {
        ssize_t count = recv(client->socket, client->buffer + client->length, CAPACITY - client->length, MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) fail("the server closed a connection");
        client->length += count;
        size_t used = 0;
        if (client->state == UPGRADING) {
            char *end = memmem(client->buffer, client->length, "\r\n\r\n", 4);
            if (!end) continue;
            if (memcmp(client->buffer, "HTTP/1.1 101", 12) != 0) fail("an upgrade was refused");
            used = end + 4 - client->buffer;
            client->state = OPENING;
            memmove(client->buffer, client->buffer + used, client->length -= used);
        }
        used = handleFrames(client);
        memmove(client->buffer, client->buffer + used, client->length -= used);
        if (client->length == CAPACITY) fail("a frame is too long");
    }
}

static void openClient(struct client *client, const char *host, int port, int poll) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    client->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client->socket, (struct sockaddr *)&address, sizeof address) < 0) fail("cannot connect");
    int on = 1;
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client->buffer = malloc(CAPACITY);
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        host, port);
    writeAll(client, request, length);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(poll, EPOLL_CTL_ADD, client->socket, &event);
}

static void wait(int poll, int milliseconds) {
    struct epoll_event events[256];
    int count = epoll_wait(poll, events, 256, milliseconds);
    for (int i = 0; i < count; i++) receive(events[i].data.ptr);
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static uint32_t percentile(double part) {
    return sampleCount ? samples[(uint64_t)(part * (sampleCount - 1))] : 0;
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "usage: senders HOST PORT SENDERS SECONDS < CLIENTS\n"); return 64; }
    senderCount = atoi(argv[3]);
    double seconds = atof(argv[4]);
    samples = malloc(sizeof *samples * MAXIMUM_SAMPLES);
    int poll = epoll_create1(0);
    char token[4096], conversation[64];
    while (clientCount < MAXIMUM_CLIENTS && scanf("%4095s %63s", token, conversation) == 2) {
        struct client *client = &clients[clientCount++];
        client->token = strdup(token);
        client->conversation = strdup(conversation);
        openClient(client, argv[1], atoi(argv[2]), poll);
        // Few at a time, as people come.
        while (clientCount - readyCount > 32) wait(poll, 1000);
    }
    if (senderCount > clientCount) fail("there are fewer clients than senders");
    while (readyCount < clientCount) wait(poll, 1000);
    measureFrom = now() + 1000000;
    measureUntil = measureFrom + (int64_t)(seconds * 1e6);
    for (int i = 0; i < senderCount; i++) sendMessage(&clients[i]);
    while (now() < measureUntil) wait(poll, 10);
    qsort(samples, sampleCount, sizeof *samples, ascending);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double processor = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("{\"acknowledged\":%lu,\"refused\":%lu,\"delivered\":%lu,\"seconds\":%.3f,\"p50\":%u,\"p99\":%u,\"max\":%u,"
           "\"generatorSeconds\":%.3f}\n",
        acknowledged, refused, delivered, seconds, percentile(0.5), percentile(0.99), percentile(1), processor);
    return 0;
}
