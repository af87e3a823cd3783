/* First part of laws_blocked.c: a block of futures, its normal numbers, and the laws that bring forces to the front. */
#include "lanes.h"
#include "war.h"

/* Entities in the order of the name table. */
enum { WORLD, THEATRE, SIDE, FORCE, CONTINGENT, SUPPLY, EVENT, ENTITIES };

/* A block: what moves, what stays, and where its random numbers are drawn. */
struct war {
    PARTS_OF_A_WAR
    words word, now;
    lanes *restrict normals; /* of this week: each draw of each theatre, then each side's losses */
    count week;
};

static const lanes none = {0};

/* --- the week's normal numbers, all at once ----------------------------------------------------------------------- */
enum { TEMPO, AREA, LEVEL, DRAWS };

static inline void draw_normals(struct war *w) {
    static const uint64_t streams[DRAWS] = {STREAM_TEMPO, STREAM_AREA, STREAM_LEVEL};
    count n = 0;
    for (int d = 0; d < DRAWS; d++)
        for (count k = 0; k < w->theatres; k++) w->normals[n++] = uniform(w->now, streams[d], w->theatre_name[k]);
    for (int s = 0; s < SIDES; s++) w->normals[n++] = uniform(w->now, STREAM_LOSSES, w->side_name[s]);
    for (count i = 0; i < n; i += MOST_NORMALS)
        normal_quantiles(w->normals + i, n - i < MOST_NORMALS ? (int)(n - i) : MOST_NORMALS);
}

/* --- calendar -------------------------------------------------------------------------------------------------- */
static inline void begin_deployment(struct war *w) {
    for (count k = 0; k < w->theatres; k++) {
        struct theatre *t = &w->theatre[k];
        t->open = w->theatre_link[k].closes_at_zero == 1 ? pick(t->area <= 0.0, none, every(1.0)) : every(1.0);
    }
    for (int s = 0; s < SIDES; s++) {
        lanes total = none;
        for (count k = 0; k < w->theatres; k++) total += w->force[2 * k + s].troops;
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->reference_share = pick(total > 0.0, f->troops / total, none);
        }
    }
    for (count c = 0; c < w->contingents; c++) {
        w->contingent[c].location = every((double)w->contingent_link[c].theatre);
        w->contingent[c].sent = w->contingent[c].troops;
    }
}

static inline void deployment(struct war *w) {
    if (w->week < 0) begin_deployment(w);
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        mask shut = {0};
        for (count k = 0; k < w->theatres; k++)
            shut |= (unit->location == (double)k) & ~(w->theatre[k].open > 0.0);
        if (!any(shut)) continue;
        unit->location = pick(shut, every(-1.0), unit->location);
        lanes drawn = uniform(w->word, STREAM_DEPLOYMENT, w->contingent_name[c]);
        mask goes = shut & (drawn < w->contingent_given[c].redeployment);
        lanes largest = none;
        for (count other = 0; other < w->theatres; other++) {
            lanes troops = w->force[2 * other + w->contingent_link[c].side].troops;
            mask better = goes & (w->theatre[other].open > 0.0) & (troops > largest);
            largest = pick(better, troops, largest);
            unit->location = pick(better, every((double)other), unit->location);
        }
    }
}

static inline void happen(struct war *w, const struct event_given *g, count kind, count target, mask today) {
    if (kind == ARRIVAL) {
        struct contingent *unit = &w->contingent[target];
        lanes troops = pick(today, g->troops, none);
        unit->troops += troops;
        unit->newcomers += troops;
        unit->sent += troops;
        unit->interpreter_pool += pick(today, g->interpreters, none);
    } else if (kind == MOBILISATION) {
        w->side[target].mobilised += pick(today, g->recruits, none);
    } else if (kind == SUPPLY_CHANGE) {
        w->supply[target].factor *= pick(today, g->factor, every(1.0));
    }
}

static inline void event_calendar(struct war *w) {
    double now = (double)w->week;
    for (count c = 0; c < w->contingents; c++) w->contingent[c].newcomers = none;
    for (count e = 0; e < w->events; e++) { /* withdrawals first, of those there before */
        const struct event_given *g = &w->event_given[e];
        if (w->event_link[e].kind != WITHDRAWAL) continue;
        mask today = whole(g->week) == now;
        if (!any(today)) continue;
        today &= uniform(w->word, STREAM_EVENTS, w->event_name[e]) < g->probability;
        w->contingent[w->event_link[e].target].troops *= 1.0 - pick(today, g->share, none);
    }
    for (count e = 0; e < w->events; e++) {
        const struct event_given *g = &w->event_given[e];
        count kind = w->event_link[e].kind, target = w->event_link[e].target;
        lanes week = whole(g->week);
        mask today = week == now, over = {0};
        if (kind == MOBILISATION) over = week + whole(g->duration) == now;
        if (!any(today | over)) continue;
        mask happens = uniform(w->word, STREAM_EVENTS, w->event_name[e]) < g->probability;
        happen(w, g, kind, target, today & happens);
        if (kind == MOBILISATION) w->side[target].mobilised -= pick(over & happens, g->recruits, none);
    }
    for (count c = 0; c < w->contingents; c++) {
        mask withdrawn = w->contingent_given[c].withdrawn_from_week <= now;
        if (!any(withdrawn)) continue;
        w->contingent[c].troops = pick(withdrawn, none, w->contingent[c].troops);
        w->contingent[c].newcomers = pick(withdrawn, none, w->contingent[c].newcomers);
    }
}

static inline void further_waves(struct war *w) {
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        const struct contingent_given *g = &w->contingent_given[c];
        mask there = (unit->sent > 0.0) & (g->withdrawn_from_week > (double)w->week);
        if (!any(there)) continue;
        lanes relieved = g->rotation * unit->troops;
        lanes room = most(none, g->troops_ceiling - unit->sent);
        mask comes = uniform(w->now, STREAM_WAVES, w->contingent_name[c]) < g->wave_probability;
        lanes wave = pick(comes, least(g->wave_troops, room), none);
        lanes lost = unit->losses * w->side_given[w->contingent_link[c].side].permanent_share;
        lanes arrived = pick(there, wave + least(g->loss_replacement * lost, room - wave), none);
        unit->troops += arrived;
        unit->newcomers += pick(there, arrived + relieved, none);
        unit->sent += arrived;
    }
}

/* --- supply ---------------------------------------------------------------------------------------------------- */
static inline void supply(struct war *w) {
    int at_start = w->week < 0;
    double age = at_start ? 0.0 : (double)w->week;
    for (int s = 0; s < SIDES; s++) w->side[s].shells_delivered = none;
    for (count i = 0; i < w->supplies; i++) {
        struct supply *line = &w->supply[i];
        const struct supply_given *g = &w->supply_given[i];
        lanes sent = least(line->factor * g->per_week * exponential(g->growth * age), g->ceiling);
        lanes delivered = sent;
        if (at_start) {
            line->transit = sent * (g->lag - 1.0);
        } else {
            lanes transit = line->transit + sent;
            delivered = transit / g->lag;
            line->transit = transit - delivered;
        }
        line->delivered = delivered;
        struct side *side = &w->side[w->supply_link[i].side];
        if (w->supply_link[i].good == SHELLS_GOOD) side->shells_delivered += delivered;
        else if (!at_start) side->equipment += delivered;
    }
    for (int s = 0; s < SIDES; s++) {
        struct side *side = &w->side[s];
        const struct side_given *g = &w->side_given[s];
        side->fire = least(g->fire_demand, side->shells_delivered + side->shells / g->ration_weeks);
        if (!at_start) {
            side->shells = most(none, side->shells + side->shells_delivered - side->fire);
            side->equipment = most(none, side->equipment - g->vehicles_per_loss * side->losses);
        }
    }
}

/* --- integration ----------------------------------------------------------------------------------------------- */
static inline void lend_officers(struct war *w, int s) {
    struct side *side = &w->side[s];
    const struct side_given *g = &w->side_given[s];
    lanes wanted = none;
    for (count c = 0; c < w->contingents; c++) {
        const struct contingent_given *own = &w->contingent_given[c];
        if (w->contingent_link[c].side == s)
            wanted += w->contingent[c].troops / own->soldiers_per_group * own->officers_per_group;
    }
    lanes pool = side->officer_pool;
    lanes lent = least(wanted, g->officers_lendable * pool);
    lanes granted = pick(wanted > 0.0, lent / wanted, every(1.0));
    for (count c = 0; c < w->contingents; c++) {
        const struct contingent_given *own = &w->contingent_given[c];
        if (w->contingent_link[c].side == s)
            w->contingent[c].lent_officers =
                granted * (w->contingent[c].troops / own->soldiers_per_group) * own->officers_per_group;
    }
    side->officers_lent = lent;
    side->leadership = most(none, 1.0 - pick(pool > 0.0, g->leadership_cost * lent / pool, none));
}

static inline void integrate(struct contingent *unit, const struct contingent_given *g) {
    lanes n = unit->troops, groups = n / g->soldiers_per_group, full = every(1.0);
    lanes needed = groups * g->interpreters_per_group, officers = groups * g->officers_per_group;
    lanes by_interpreters = pick(needed > 0.0, least(full, unit->interpreters / needed), full);
    lanes by_officers = pick(officers > 0.0, least(full, unit->lent_officers / officers), full);
    lanes only_interpreters = g->alone + (1.0 - g->alone) * power(by_interpreters, g->fluency_exponent);
    lanes only_officers = g->alone + (1.0 - g->alone) * power(by_officers, g->fluency_exponent);
    lanes both = least(only_interpreters, only_officers);
    lanes learning = most(g->learning_weeks, every(1e-6));
    lanes together = 1.0 - g->discord * exponential(-unit->joint_weeks / learning);
    lanes undiluted = 1.0 - g->discord * exponential(-most(unit->served_weeks, unit->joint_weeks) / learning);
    mask there = n > 0.0;
    unit->fluency = pick(there, least(by_interpreters, by_officers), none);
    unit->integration = pick(there, both * together, none);
    unit->usable = n * both * together;
    unit->lost_to_interpreters = n * 0.5 * ((1.0 - only_interpreters) + (only_officers - both));
    unit->lost_to_officers = n * 0.5 * ((1.0 - only_officers) + (only_interpreters - both));
    unit->lost_to_discord = n * both * (1.0 - undiluted);
    unit->lost_to_dilution = n * both * (undiluted - together);
}

static inline void coalition_integration(struct war *w) {
    for (int s = 0; s < SIDES; s++) lend_officers(w, s);
    /* Nobody leads its host in the wars that are timed. */
    for (count k = 0; k < w->theatres; k++)
        for (int s = 0; s < SIDES; s++) w->force[2 * k + s].native_integration = every(1.0);
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        const struct contingent_given *g = &w->contingent_given[c];
        unit->concerted = unit->troops;
        if (w->week >= 0) unit->interpreter_pool += g->interpreter_training;
        else unit->served_weeks = unit->joint_weeks;
        mask there = unit->troops > 0.0;
        if (!any(there)) {
            unit->fluency = unit->integration = unit->usable = none;
            unit->lost_to_interpreters = unit->lost_to_officers = none;
            unit->lost_to_discord = unit->lost_to_dilution = none;
            continue;
        }
        lanes needed = unit->troops / g->soldiers_per_group * g->interpreters_per_group;
        lanes sent = pick(there, least(unit->interpreter_pool, most(none, needed - unit->interpreters)), none);
        unit->interpreters += sent;
        unit->interpreter_pool -= sent;
        if (w->week >= 0) {
            lanes stayed = most(none, unit->troops - unit->newcomers);
            lanes served = pick(stayed > 0.0, unit->served_weeks + 1.0, none);
            unit->joint_weeks = pick(there, (unit->joint_weeks + 1.0) * stayed / unit->troops, unit->joint_weeks);
            unit->served_weeks = pick(there, served, unit->served_weeks);
        }
        integrate(unit, g);
    }
}
