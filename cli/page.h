/* The pieces of a page for people: headings, paragraphs, rows and the records of an alert. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

#include <stdbool.h>

#define PAGE_WIDTH_MAX 100 /* longer lines are hard to read */
#define PAGE_INDENT    2

struct page {
    struct buf *out;
    enum lang lang;
    int width;          /* of prose: at most PAGE_WIDTH_MAX */
    int terminal_width; /* of tables; 0 unknown */
    bool color;
};

struct page page_new(struct buf *out, enum lang lang, int terminal_width, bool color);

/* A line of its own in bold, and the title, which may be wrapped. */
void page_heading(const struct page *p, const char *text);
void page_title(const struct page *p, const char *text);
/* Visible, wrapped, indented; a '\n' of the text begins a new paragraph. */
void page_paragraph(const struct page *p, int indent, struct str text);
/* "  label   value", the value wrapped under itself. */
void page_row(const struct page *p, const char *label, int label_width, const char *value);
/* The records of the alert as a table; community: with the Community ID of each. */
void page_evidence(const struct page *p, const struct alert *alert, bool community);
