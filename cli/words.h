/* The words of the field in the reader's language: for tables and pages, never for programs. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

/* "Medium" as a reader of that language says it; what the dictionary does not have stays as it is. */
const char *word_in(enum lang lang, const char *word);
/* The same for every item of "Credential Access, Initial Access". */
void words_in(enum lang lang, const char *list, struct buf *out);
