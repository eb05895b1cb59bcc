#include <curl/curl.h>

/* Swift can't call variadic functions: one typed function for each kind of argument. The option's number is passed
   through a variable so that libcurl's type-checking macros, which want a constant, stay out of the way. */

static inline CURLcode msgctl_easy_setopt_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode msgctl_easy_setopt_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode msgctl_easy_setopt_string(CURL *easy, CURLoption option, const char *value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode msgctl_easy_setopt_pointer(CURL *easy, CURLoption option, void *value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode msgctl_easy_setopt_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(easy, option, value);
}

/* Whether the end of a transfer leaves a look-up of its host's name to itself; older releases wait for it. */
static inline CURLcode msgctl_easy_setopt_quick_exit(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return (curl_easy_setopt)(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    return CURLE_UNKNOWN_OPTION;
#endif
}

typedef size_t (*msgctl_write_function)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode msgctl_easy_setopt_write(CURL *easy, msgctl_write_function function) {
    return (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, function);
}

static inline CURLcode msgctl_easy_status(CURL *easy, long *status) {
    return (curl_easy_getinfo)(easy, CURLINFO_RESPONSE_CODE, status);
}

static inline CURLMcode msgctl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

/* The result stands in a union, which is read here. */
static inline CURLcode msgctl_message_result(const CURLMsg *message) {
    return message->data.result;
}
