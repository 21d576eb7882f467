#include "COpenAPI.h"

// Standard in C23, and known to the compiler before.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char text[] = {
#embed "../../openapi.yaml"
};

const unsigned char *openapi_yaml(void) { return text; }
size_t openapi_yaml_size(void) { return sizeof(text); }
