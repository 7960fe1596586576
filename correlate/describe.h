/* The vocabulary that catalogue entries fill their placeholders from. A name that the query's
 * facts do not give is an error of the entry, found by `catalog check`.
 *
 *   own            own address                       (all)
 *   own.name       resource name, else own address   (all)
 *   remote         the other address                 (pair, contact by address)
 *   remotes        number of distinct other addresses
 *   connections    number of connections             (not weighted guesses)
 *   guesses        number of guesses, where the log tells them
 *   port           commonest port of the service
 *   service        label of the service ("SSH"), or "TCP/1234" for a scanned port without a name
 *   start, end     first and last evidence, RFC 3339 UTC
 *   targets        addresses aimed at, commonest first, at most ten, then "+N more"
 *   family         the entry's malware family
 */
#pragma once

extern const char *const describe_vocabulary[]; /* NULL-ended */
