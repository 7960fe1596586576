/* UUIDs from SHA-1, which libmd computes. */
#include "util/uuid.h"

#include <sha1.h>

#include <stdio.h>

void uuid_v5(const uint8_t name_space[16], struct str name, char text[UUID_TEXT_SIZE])
{
    uint8_t d[SHA1_DIGEST_LENGTH];
    SHA1_CTX ctx;
    SHA1Init(&ctx);
    SHA1Update(&ctx, name_space, 16);
    SHA1Update(&ctx, (const uint8_t *)name.p, name.len);
    SHA1Final(d, &ctx);
    d[6] = (uint8_t)((d[6] & 0x0f) | 0x50); /* version 5 */
    d[8] = (uint8_t)((d[8] & 0x3f) | 0x80); /* variant of RFC 9562 */
    snprintf(text, UUID_TEXT_SIZE,
        "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0], d[1], d[2],
        d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
}
