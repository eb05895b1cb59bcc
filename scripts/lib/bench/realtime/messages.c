// Messages through msgctl: sent over sockets with an acknowledgement each, so many under way over all of them.
#define _GNU_SOURCE
#include "commands.h"

#include <string.h>

#include "client.h"
#include "histogram.h"

enum { MAXIMUM_WINDOW = 1024 };

static struct histogram latencies;
static int64_t sentAt[MAXIMUM_WINDOW];
static uint64_t sent, acknowledged, refused, delivered;
static int underWay, isSending;

// The slot of the message is its acknowledgement id; the socket that sent it sends the next one of the slot.
static void sendMessage(struct client *client, int slot) {
    char text[512];
    int count = snprintf(text, sizeof text,
        "42%d[\"send_message\",{\"conversationId\":\"%s\",\"content\":\"message %llu: the quick brown fox jumps over the "
        "lazy dog, and the dog does not mind it at all, for it is a warm day\"}]",
        slot, options.conversations[(client - clients) / 2 % options.conversationCount], (unsigned long long)sent);
    if (count >= (int)sizeof text) fail("the conversation's id is too long");
    sent++;
    underWay++;
    sentAt[slot] = nanoseconds();
    clientSendText(client, text, (size_t)count);
}

static void messageReceived(struct client *client, const char *text, size_t count) {
    static const char head[] = "42[\"message_received\"";
    if (count > sizeof head && memcmp(text, head, sizeof head - 1) == 0) {
        delivered++;
        return;
    }
    if (count < 3 || memcmp(text, "43", 2) != 0) return;
    int slot = 0;
    for (size_t at = 2; at < count && text[at] >= '0' && text[at] <= '9' && slot < MAXIMUM_WINDOW; at++) {
        slot = slot * 10 + (text[at] - '0');
    }
    if (slot >= MAXIMUM_WINDOW) fail("an acknowledgement was not expected");
    underWay--;
    if (memmem(text, count, "\"success\":true", 14)) acknowledged++; else refused++;
    histogramAdd(&latencies, nanoseconds() - sentAt[slot]);
    if (isSending) sendMessage(client, slot);
}

void runMessages(double seconds, int window) {
    if (window < 1 || window > MAXIMUM_WINDOW || options.conversationCount == 0) fail("no conversation, or too large a window");
    memset(&latencies, 0, sizeof latencies);
    sent = acknowledged = refused = delivered = 0;
    textReceived = messageReceived;
    int64_t began = nanoseconds(), last = began + (int64_t)(seconds * 1e9);
    isSending = 1;
    for (int slot = 0; slot < window; slot++) sendMessage(&clients[slot % clientCount], slot);
    while (nanoseconds() < last) clientsWait(10);
    isSending = 0;
    double took = (double)(nanoseconds() - began) / 1e9;
    uint64_t counted = acknowledged;
    while (underWay > 0 && nanoseconds() < last + 30000000000LL) clientsWait(100);
    if (underWay > 0) fail("acknowledgements are missing");
    // What is still on its way to the others.
    for (uint64_t before = delivered + 1; before != delivered && nanoseconds() < last + 30000000000LL;) {
        before = delivered;
        clientsWait(300);
    }
    printf("{\"acknowledged\":%llu,\"refused\":%llu,\"sent\":%llu,\"delivered\":%llu,\"seconds\":%.4f,\"p50\":%.1f,"
           "\"p99\":%.1f}\n",
        (unsigned long long)counted, (unsigned long long)refused, (unsigned long long)sent,
        (unsigned long long)delivered, took, histogramMicroseconds(&latencies, 0.5),
        histogramMicroseconds(&latencies, 0.99));
}
