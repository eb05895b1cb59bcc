#include "CDocuments.h"

// The compiler puts the files in as they are, and builds anew when they change. A Swift array of so many bytes, as
// SwiftPM's .embedInCode makes one, takes a quarter of a minute to compile.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_json[] = {
#embed "../../../docs/openapi.json"
};

static const unsigned char asyncapi_json[] = {
#embed "../../../docs/asyncapi.json"
};

const unsigned char *msgctl_openapi_json(size_t *size) {
    *size = sizeof openapi_json;
    return openapi_json;
}

const unsigned char *msgctl_asyncapi_json(size_t *size) {
    *size = sizeof asyncapi_json;
    return asyncapi_json;
}
