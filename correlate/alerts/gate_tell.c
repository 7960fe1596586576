/* Lines of the baseline for `alerts explain`: a copy of what was decided by. */
#include "correlate/alerts/gate_tell.h"

#include <stdio.h>

static void line(struct description *d, const char *name, const char *value, const char *threshold,
    const char *note)
{
    describe_basis(d, (struct alert_basis){BASIS_BASELINE, "", name, value, threshold, note});
}

static const char *number(struct description *d, int64_t value)
{
    return describe_text(d, "%lld", (long long)value);
}

static const char *decimal(struct description *d, double value)
{
    return describe_text(d, "%.2f", value);
}

/* As the catalogue has it; "" where the type does not have it. */
static const char *figure(const struct description *d, const char *name)
{
    const struct parameter *p = tier_parameter(d->episode->type->baseline, name);
    return p ? p->text : "";
}

static const char *source(const struct description *d, const char *name)
{
    const struct parameter *p = tier_parameter(d->episode->type->baseline, name);
    return p ? p->source : "";
}

static const char *hour_text(struct description *d, int64_t hour)
{
    char text[TIME_TEXT_SIZE];
    time_format_s(hour * TIME_US_HOUR, text);
    return describe_text(d, "%s", text);
}

static void tell_extent(struct description *d, const struct gate_basis *b)
{
    line(d, "stage", baseline_stage_names[b->stage], "", gate_reason_texts[b->reason]);
    line(d, "clean hours", number(d, b->logged - b->excluded), figure(d, "cold_below"),
        "hours with records before this, less those of earlier alerts");
    line(d, "excluded hours", number(d, b->excluded), "", "covered by earlier alerts of the key");
    line(d, "span", describe_text(d, "%s to %s", hour_text(d, b->from), hour_text(d, b->until)),
        figure(d, "look_back"),
        b->frozen  ? "frozen by you: what came later teaches nothing"
        : b->reset ? "reset by you: what came before teaches nothing"
                   : "ends so long before the day of the alert that it cannot teach");
}

static void tell_tests(struct description *d, const struct gate_basis *b)
{
    const char *per = b->span == 24 ? "per day" : "per hour";
    line(d, "value", number(d, b->value), "",
        describe_text(d, "%s, at most %s", metric_names[d->episode->type->metric], per));
    line(d, "centre", decimal(d, b->centre), "",
        d->episode->type->metric == METRIC_VOLUME ? "what is usual" : "logins that are usual");
    line(d, "scale", decimal(d, b->scale), "", "of the logarithm");
    line(d, "z", decimal(d, b->z), figure(d, "min_z"), source(d, "min_z"));
    line(
        d, "tail", describe_text(d, "%.2g", b->tail), figure(d, "max_tail"), source(d, "max_tail"));
    line(d, "ceiling",
        describe_text(d, "%lld.%02lld times the floor", (long long)(b->permille / 1000),
            (long long)(b->permille % 1000 / 10)),
        figure(d, "ceiling"), source(d, "ceiling"));
}

static void tell_peer(struct description *d, const struct gate_basis *b)
{
    char text[TIME_TEXT_SIZE] = "never";
    if (b->days > 0)
        time_format_s(b->first_login, text);
    line(d, "first login", describe_text(d, "%s", text), figure(d, "new_within"),
        "of this peer, within the span");
    line(d, "days with logins", number(d, b->days), figure(d, "known_days"),
        source(d, "known_days"));
    if (b->days > 0)
        line(d, "logins a day", number(d, b->per_day), "", "the median of these days");
}

void gate_tell(struct description *d, const struct gate_basis *b)
{
    if (b->reason == GATE_OPEN)
        return;
    tell_extent(d, b);
    if (b->measured)
        tell_tests(d, b);
    if (d->episode->type->metric == METRIC_ATTEMPTS && b->reason != GATE_COLD)
        tell_peer(d, b);
    d->learned = b->stage != BASELINE_COLD;
    d->abnormal = b->measured && b->abnormal;
    if (d->learned)
        describe_property(d, "Baseline",
            describe_text(
                d, "%s: %s", baseline_stage_names[b->stage], gate_reason_texts[b->reason]));
}
