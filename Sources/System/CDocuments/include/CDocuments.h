#ifndef CDOCUMENTS_H
#define CDOCUMENTS_H

#include <stddef.h>

// The files of docs/ that the server answers with: their bytes, and how many.
const unsigned char *_Nonnull msgctl_openapi_json(size_t *_Nonnull size);
const unsigned char *_Nonnull msgctl_asyncapi_json(size_t *_Nonnull size);

#endif
