/* What the words of login protocols mean, the same in every sensor's log. */
#pragma once

#include "util/str.h"

#include <stdint.h>

/* From a command of FTP and the reply code: 1 logged in, 0 refused, -1 neither is told. */
int8_t login_of_ftp(struct str command, struct str code);
