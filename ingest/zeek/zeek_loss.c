/* Zeek's measure of what it missed: capture_loss.log. */
#include "ingest/fields.h"
#include "ingest/zeek/zeek_record.h"

static enum reject read_loss(const struct zeek_row *row, struct health *h)
{
    int64_t delta;

    if (!field_time(row->field[ZF_TS], &h->t_us) ||
        !field_seconds(row->field[ZF_TS_DELTA], &delta) || delta < 0)
        return REJECT_TIME;
    h->since_us = h->t_us - delta;
    return field_count(row->field[ZF_ACKS], &h->whole) && field_count(row->field[ZF_GAPS], &h->lost)
               ? REJECT_NONE
               : REJECT_NUMBER;
}

enum reject zeek_add_loss(const struct zeek_row *row, struct batch *batch)
{
    struct health *h = batch_add_health(batch);
    enum reject reason = h ? read_loss(row, h) : REJECT_NO_MEMORY;

    if (h && reason != REJECT_NONE)
        batch->health_count--;
    if (h && reason == REJECT_NONE)
        h->sensor = SENSOR_ZEEK;
    return reason;
}
