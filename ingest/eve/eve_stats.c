/* Suricata's figures about itself: packets that the kernel gave it, and those it had to drop. */
#include "ingest/eve/eve_record.h"
#include "ingest/fields.h"
#include "util/timefmt.h"

/* Without figures of the capture (a file was read, or they are off) there is nothing to tell. */
enum reject eve_read_stats(const struct json_line *l, struct health *h, enum ignore *ignored)
{
    int64_t uptime;

    if (!json_has(l, EVE_UPTIME) || !json_has(l, EVE_KERNEL_PACKETS) ||
        !json_has(l, EVE_KERNEL_DROPS)) {
        *ignored = IGNORE_STATS;
        return REJECT_NONE;
    }
    if (!field_time(json_get(l, EVE_TIMESTAMP), &h->t_us))
        return REJECT_TIME;
    if (!field_count(l->value[EVE_UPTIME], &uptime) || uptime > TIME_US_MAX / TIME_US_SECOND ||
        !field_count(l->value[EVE_KERNEL_PACKETS], &h->whole) ||
        !field_count(l->value[EVE_KERNEL_DROPS], &h->lost) ||
        (json_has(l, EVE_EMERGENCIES) && !field_count(l->value[EVE_EMERGENCIES], &h->emergencies)))
        return REJECT_NUMBER;
    h->since_us = h->t_us - uptime * TIME_US_SECOND;
    h->running = 1;
    h->sensor = SENSOR_SURICATA;
    return REJECT_NONE;
}
