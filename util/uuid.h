/* Names that are the same wherever they are made. */
#pragma once

#include "util/str.h"

#include <stdint.h>

#define UUID_TEXT_SIZE 37

/* UUID version 5 (RFC 9562 §5.5: SHA-1 of name space and name), in lower case. */
void uuid_v5(const uint8_t name_space[16], struct str name, char text[UUID_TEXT_SIZE]);
