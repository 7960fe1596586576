/* Text for a terminal, measured in its cells: East Asian wide characters take two, combining marks
 * none. */
#pragma once

#include "util/str.h"

/* Cells that text takes. text is well-formed UTF-8 without control characters (buf_add_visible). */
int text_width(struct str text);
/* Adds text, cut to `width` cells; what was cut ends in "…". */
void text_clip(struct buf *out, struct str text, int width);
/* Adds text broken into lines of at most `width` cells, each after the first indented by `indent`
 * spaces; breaks at spaces and between CJK characters, but not before what may not begin a line there
 * (full stops, closing brackets, small kana) nor after what may not end one. '\n' in the text is kept
 * as a break. */
void text_wrap(struct buf *out, struct str text, int indent, int width);
