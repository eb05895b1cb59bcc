// The event that is broadcast: the same 200 bytes of text from every server, but for ten digits.
#ifndef EVENT_H
#define EVENT_H

#define EVENT_HEAD "42[\"event\",{\"n\":\""
#define EVENT_MIDDLE "\",\"pad\":\""
#define EVENT_TAIL "\"}]"

enum { EVENT_LENGTH = 200, EVENT_DIGITS = 10, EVENT_DIGITS_AT = sizeof EVENT_HEAD - 1 };

// Writes the event of a number that has all its digits; `text` has room for EVENT_LENGTH bytes.
static inline void writeEvent(char *text, const char *digits) {
    int at = 0;
    for (const char *c = EVENT_HEAD; *c; c++) text[at++] = *c;
    for (int i = 0; i < EVENT_DIGITS; i++) text[at++] = digits[i];
    for (const char *c = EVENT_MIDDLE; *c; c++) text[at++] = *c;
    while (at < EVENT_LENGTH - (int)(sizeof EVENT_TAIL - 1)) text[at++] = 'x';
    for (const char *c = EVENT_TAIL; *c; c++) text[at++] = *c;
}

#endif
