/* Carries what was committed over from the log into the database file, in a thread of its own, so that
 * the disk works while the next transaction is prepared. What it leaves is carried over when the
 * database is closed: nothing depends on it, so its failures are no one's. */
#pragma once

struct store;
struct carry;

/* Begins; NULL where there is nothing to carry, or no thread for it. */
struct carry *carry_begin(struct store *s);
/* Waits until it is done. Accepts NULL. */
void carry_end(struct carry *carry);
