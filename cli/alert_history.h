/* How an alert came to be what it is, as the last part of its page. */
#pragma once

#include "cli/page.h"

struct store;

/* uid: the SystemAlertId. */
bool alert_history_text(const struct page *page, struct store *s, const char *uid, struct err *err);
