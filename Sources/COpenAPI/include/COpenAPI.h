#pragma once
#include <stddef.h>

/// The text of openapi.yaml, built into the program: what is served is what is in the repository.
const unsigned char *_Nonnull openapi_yaml(void);
/// Its length in bytes.
size_t openapi_yaml_size(void);
