/* The laws of src/tertius/mechanisms once more, by hand, as the yardstick of the compiled kernel.
 *
 * The records (struct theatre, theatre_given, theatre_link, ...) are written into "records.h" from the name table by
 * benchmarks/kernel.py: one double per state field, one per parameter, one 64-bit integer per link, in slot order.
 * Numbers are the same function of (seed, trajectory, week, stream, name) as in src/tertius/kernel/draws.py.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"
#include "war.h"

/* One trajectory: what moves, what stays, and where its random numbers are drawn. */
struct war {
    PARTS_OF_A_WAR
    uint64_t word, now;
    count week;
};

static inline double least(double a, double b) { return b < a ? b : a; }
static inline double most(double a, double b) { return b > a ? b : a; }

/* --- random numbers -------------------------------------------------------------------------------------------- */
#define GOLDEN 0x9E3779B97F4A7C15u
#define FIRST 0xBF58476D1CE4E5B9u
#define SECOND 0x94D049BB133111EBu

static inline uint64_t mix(uint64_t word) {
    word = (word ^ (word >> 30)) * FIRST;
    word = (word ^ (word >> 27)) * SECOND;
    return word ^ (word >> 31);
}

static inline uint64_t trajectory_word(uint64_t seed, uint64_t trajectory) {
    return mix(mix(seed + GOLDEN) ^ (trajectory + FIRST));
}

static inline uint64_t week_word(uint64_t trajectory, count week) {
    return mix(trajectory ^ ((uint64_t)(week + 2) * GOLDEN));
}

static inline double uniform(uint64_t word, uint64_t stream, uint64_t name) {
    return (double)(mix(mix(word + stream * SECOND) ^ name) >> 11) * 0x1p-53 + 0x1p-54;
}

static inline double ratio(double r, const double a[8], const double b[8]) {
    double top = a[7], low = b[7];
    for (int i = 6; i >= 0; i--) {
        top = a[i] + r * top;
        low = b[i] + r * low;
    }
    return top / low;
}

/* Inverse of the standard normal distribution function: AS 241, PPND16. */
static double normal_quantile(double p) {
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * ratio(0.180625 - q * q, centre_a, centre_b);
    double r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
    double value = r <= 5.0 ? ratio(r - 1.6, middle_a, middle_b) : ratio(r - 5.0, tail_a, tail_b);
    return q < 0.0 ? -value : value;
}

static inline double normal(uint64_t word, uint64_t stream, uint64_t name) {
    return normal_quantile(uniform(word, stream, name));
}

/* --- calendar -------------------------------------------------------------------------------------------------- */
static inline void deployment(struct war *w) {
    if (w->week < 0) {
        for (count k = 0; k < w->theatres; k++) {
            struct theatre *t = &w->theatre[k];
            t->open = w->theatre_link[k].closes_at_zero == 1 && t->area <= 0.0 ? 0.0 : 1.0;
        }
        for (int s = 0; s < SIDES; s++) {
            double total = 0.0;
            for (count k = 0; k < w->theatres; k++) total += w->force[2 * k + s].troops;
            for (count k = 0; k < w->theatres; k++) {
                struct force *f = &w->force[2 * k + s];
                f->reference_share = total > 0.0 ? f->troops / total : 0.0;
            }
        }
        for (count c = 0; c < w->contingents; c++) {
            w->contingent[c].location = (double)w->contingent_link[c].theatre;
            w->contingent[c].sent = w->contingent[c].troops;
        }
    }
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        count k = (count)unit->location;
        if (k < 0 || w->theatre[k].open > 0.0) continue;
        unit->location = -1.0;
        if (uniform(w->word, STREAM_DEPLOYMENT, w->contingent_name[c]) < w->contingent_given[c].redeployment) {
            count s = w->contingent_link[c].side;
            double largest = 0.0;
            for (count other = 0; other < w->theatres; other++) {
                double troops = w->force[2 * other + s].troops;
                if (w->theatre[other].open > 0.0 && troops > largest) {
                    largest = troops;
                    unit->location = (double)other;
                }
            }
        }
    }
}

static inline void event_calendar(struct war *w) {
    for (count c = 0; c < w->contingents; c++) w->contingent[c].newcomers = 0.0;
    for (count e = 0; e < w->events; e++) { /* withdrawals first, of those there before */
        const struct event_given *g = &w->event_given[e];
        if (w->event_link[e].kind != WITHDRAWAL || (double)w->week != floor(g->week)) continue;
        if (uniform(w->word, STREAM_EVENTS, w->event_name[e]) >= g->probability) continue;
        w->contingent[w->event_link[e].target].troops *= 1.0 - g->share;
    }
    for (count e = 0; e < w->events; e++) {
        const struct event_given *g = &w->event_given[e];
        if (uniform(w->word, STREAM_EVENTS, w->event_name[e]) >= g->probability) continue;
        double week = floor(g->week), now = (double)w->week;
        count kind = w->event_link[e].kind, target = w->event_link[e].target;
        if (now == week) {
            if (kind == ARRIVAL) {
                struct contingent *unit = &w->contingent[target];
                unit->troops += g->troops;
                unit->newcomers += g->troops;
                unit->sent += g->troops;
                unit->interpreter_pool += g->interpreters;
            } else if (kind == MOBILISATION) {
                w->side[target].mobilised += g->recruits;
            } else if (kind == SUPPLY_CHANGE) {
                w->supply[target].factor *= g->factor;
            }
        }
        if (kind == MOBILISATION && now == week + floor(g->duration)) w->side[target].mobilised -= g->recruits;
    }
    for (count c = 0; c < w->contingents; c++) {
        if ((double)w->week >= w->contingent_given[c].withdrawn_from_week) {
            w->contingent[c].troops = 0.0;
            w->contingent[c].newcomers = 0.0;
        }
    }
}

static inline void further_waves(struct war *w) {
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        const struct contingent_given *g = &w->contingent_given[c];
        if (unit->sent <= 0.0 || (double)w->week >= g->withdrawn_from_week) continue;
        double relieved = g->rotation * unit->troops;
        double room = most(0.0, g->troops_ceiling - unit->sent);
        double wave = 0.0;
        if (uniform(w->now, STREAM_WAVES, w->contingent_name[c]) < g->wave_probability)
            wave = least(g->wave_troops, room);
        double lost = unit->losses * w->side_given[w->contingent_link[c].side].permanent_share;
        double arrived = wave + least(g->loss_replacement * lost, room - wave);
        unit->troops += arrived;
        unit->newcomers += arrived + relieved;
        unit->sent += arrived;
    }
}

/* --- supply ---------------------------------------------------------------------------------------------------- */
static inline void supply(struct war *w) {
    int at_start = w->week < 0;
    double age = at_start ? 0.0 : (double)w->week;
    for (int s = 0; s < SIDES; s++) w->side[s].shells_delivered = 0.0;
    for (count i = 0; i < w->supplies; i++) {
        struct supply *line = &w->supply[i];
        const struct supply_given *g = &w->supply_given[i];
        double sent = least(line->factor * g->per_week * exp(g->growth * age), g->ceiling);
        double delivered = sent;
        if (at_start) {
            line->transit = sent * (g->lag - 1.0);
        } else {
            double transit = line->transit + sent;
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
            side->shells = most(0.0, side->shells + side->shells_delivered - side->fire);
            side->equipment = most(0.0, side->equipment - g->vehicles_per_loss * side->losses);
        }
    }
}

/* --- integration ----------------------------------------------------------------------------------------------- */
static inline void lend_officers(struct war *w, int s) {
    struct side *side = &w->side[s];
    const struct side_given *g = &w->side_given[s];
    double wanted = 0.0;
    for (count c = 0; c < w->contingents; c++) {
        const struct contingent_given *own = &w->contingent_given[c];
        if (w->contingent_link[c].side == s)
            wanted += w->contingent[c].troops / own->soldiers_per_group * own->officers_per_group;
    }
    double pool = side->officer_pool;
    double lent = least(wanted, g->officers_lendable * pool);
    double granted = wanted > 0.0 ? lent / wanted : 1.0;
    for (count c = 0; c < w->contingents; c++) {
        const struct contingent_given *own = &w->contingent_given[c];
        if (w->contingent_link[c].side == s)
            w->contingent[c].lent_officers =
                granted * (w->contingent[c].troops / own->soldiers_per_group) * own->officers_per_group;
    }
    side->officers_lent = lent;
    side->leadership = most(0.0, 1.0 - (pool > 0.0 ? g->leadership_cost * lent / pool : 0.0));
}

static inline void integrate(struct contingent *unit, const struct contingent_given *g) {
    double n = unit->troops, groups = n / g->soldiers_per_group;
    double needed = groups * g->interpreters_per_group, officers = groups * g->officers_per_group;
    double by_interpreters = needed > 0.0 ? least(1.0, unit->interpreters / needed) : 1.0;
    double by_officers = officers > 0.0 ? least(1.0, unit->lent_officers / officers) : 1.0;
    double only_interpreters = g->alone + (1.0 - g->alone) * pow(by_interpreters, g->fluency_exponent);
    double only_officers = g->alone + (1.0 - g->alone) * pow(by_officers, g->fluency_exponent);
    double both = least(only_interpreters, only_officers);
    double learning = most(g->learning_weeks, 1e-6);
    double together = 1.0 - g->discord * exp(-unit->joint_weeks / learning);
    double undiluted = 1.0 - g->discord * exp(-most(unit->served_weeks, unit->joint_weeks) / learning);
    unit->fluency = least(by_interpreters, by_officers);
    unit->integration = both * together;
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
        for (int s = 0; s < SIDES; s++) w->force[2 * k + s].native_integration = 1.0;
    for (count c = 0; c < w->contingents; c++) {
        struct contingent *unit = &w->contingent[c];
        const struct contingent_given *g = &w->contingent_given[c];
        unit->concerted = unit->troops;
        if (w->week >= 0) unit->interpreter_pool += g->interpreter_training;
        else unit->served_weeks = unit->joint_weeks;
        if (unit->troops > 0.0) {
            double needed = unit->troops / g->soldiers_per_group * g->interpreters_per_group;
            double sent = least(unit->interpreter_pool, most(0.0, needed - unit->interpreters));
            unit->interpreters += sent;
            unit->interpreter_pool -= sent;
            if (w->week >= 0) {
                double stayed = most(0.0, unit->troops - unit->newcomers);
                unit->joint_weeks = (unit->joint_weeks + 1.0) * stayed / unit->troops;
                unit->served_weeks = stayed > 0.0 ? unit->served_weeks + 1.0 : 0.0;
            }
            integrate(unit, g);
        } else {
            unit->fluency = unit->integration = unit->usable = 0.0;
            unit->lost_to_interpreters = unit->lost_to_officers = 0.0;
            unit->lost_to_discord = unit->lost_to_dilution = 0.0;
        }
    }
}

/* --- power ----------------------------------------------------------------------------------------------------- */
static inline void combat_power(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        struct side *side = &w->side[s];
        for (count k = 0; k < w->theatres; k++) w->force[2 * k + s].foreign_mass = 0.0;
        for (count c = 0; c < w->contingents; c++) {
            count k = (count)w->contingent[c].location;
            if (w->contingent_link[c].side == s && k >= 0 && w->theatre[k].open > 0.0)
                w->force[2 * k + s].foreign_mass += w->contingent_given[c].quality * w->contingent[c].usable;
        }
        double strength = 0.0;
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->mass = f->troops + f->foreign_mass;
            if (w->theatre[k].open > 0.0) strength += f->mass;
        }
        side->strength = strength;
        double per_soldier = 0.0;
        if (strength > 0.0) {
            double fire = most(most(side->fire, 1e-3 * w->side_given[s].fire_demand), 1e-3);
            double vehicles = most(side->equipment, 1.0);
            per_soldier = side->leadership * exp(w->world_given->fire_exponent * log(fire / strength) +
                                                 w->world_given->equipment_exponent * log(vehicles / strength));
        }
        for (count k = 0; k < w->theatres; k++) w->force[2 * k + s].power = per_soldier * w->force[2 * k + s].mass;
    }
}

/* --- activity -------------------------------------------------------------------------------------------------- */
static inline void activity(struct war *w) {
    for (count k = 0; k < w->theatres; k++) {
        struct theatre *t = &w->theatre[k];
        const struct theatre_given *g = &w->theatre_given[k];
        int active = t->activity >= 0.5;
        if (w->week >= 0 && t->open > 0.0) {
            double leave = active ? g->becoming_quiet : g->becoming_active;
            if (uniform(w->now, STREAM_ACTIVITY, w->theatre_name[k]) < leave) active = !active;
        }
        t->activity = active ? 1.0 : 0.0;
        t->shock_scale = active ? g->active_scale : 1.0;
    }
}

/* --- ground ---------------------------------------------------------------------------------------------------- */
static inline void ground(struct war *w) {
    for (count k = 0; k < w->theatres; k++) {
        struct theatre *t = &w->theatre[k];
        const struct theatre_given *g = &w->theatre_given[k];
        count holder = w->theatre_link[k].holder;
        double ours = most(w->force[2 * k + holder].power, 1e-12);
        double theirs = most(w->force[2 * k + 1 - holder].power, 1e-12);
        t->balance = log(ours / theirs);
        if (w->week < 0) {
            t->reference_balance = t->balance;
            t->gain = t->tempo;
            continue;
        }
        if (t->open == 0.0) {
            t->gain = 0.0;
            continue;
        }
        double shock = t->shock_scale * g->tempo_shock * normal(w->now, STREAM_TEMPO, w->theatre_name[k]);
        double noise = t->shock_scale * g->area_noise * normal(w->now, STREAM_AREA, w->theatre_name[k]);
        double moved = g->level_shock * normal(w->now, STREAM_LEVEL, w->theatre_name[k]);
        t->level_deviation = g->level_persistence * t->level_deviation + moved;
        double level = g->long_run_tempo + t->level_deviation;
        t->tempo = level + g->persistence * (t->tempo - level) + shock;
        t->gain = t->tempo + g->power_response * (t->balance - t->reference_balance);
        double area = t->area + t->gain + noise;
        t->area = least(most(area, 0.0), g->area_ceiling);
        if (area <= 0.0 && w->theatre_link[k].closes_at_zero == 1) t->open = 0.0;
    }
}

/* --- losses ---------------------------------------------------------------------------------------------------- */
static inline double contingent_weight(const struct war *w, count c) {
    const struct contingent *unit = &w->contingent[c];
    const struct contingent_given *g = &w->contingent_given[c];
    count k = (count)unit->location;
    if (k < 0 || w->theatre[k].open == 0.0) return 0.0;
    double lack = 1.0 + g->vulnerability * (1.0 - unit->integration);
    return w->theatre_given[k].intensity * (g->exposure * unit->troops) * lack;
}

static inline void bear(struct war *w, int s, double counted) {
    struct side *side = &w->side[s];
    double permanent = w->side_given[s].permanent_share;
    double per_weight = side->exposed > 0.0 ? counted / side->exposed : 0.0;
    double total = 0.0;
    for (count c = 0; c < w->contingents; c++) {
        if (w->contingent_link[c].side != s) continue;
        struct contingent *unit = &w->contingent[c];
        double lost = least(unit->troops, per_weight * contingent_weight(w, c));
        unit->losses = lost;
        unit->cumulative_losses += lost;
        total += lost;
        if (lost > 0.0) {
            double left = 1.0 - permanent * lost / unit->troops;
            side->officer_pool -= (1.0 - left) * unit->lent_officers;
            unit->troops *= left;
            unit->interpreters *= left;
        }
    }
    for (count k = 0; k < w->theatres; k++) {
        if (w->theatre[k].open > 0.0) {
            struct force *f = &w->force[2 * k + s];
            double lost = least(f->troops, per_weight * w->theatre_given[k].intensity * f->troops);
            f->troops -= permanent * lost;
            total += lost;
        }
    }
    side->losses = total;
    side->cumulative_losses += total;
}

static inline void losses(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        struct side *side = &w->side[s];
        const struct side_given *g = &w->side_given[s];
        double exposed = 0.0, movement = 0.0;
        for (count k = 0; k < w->theatres; k++) {
            if (w->theatre[k].open > 0.0) {
                exposed += w->theatre_given[k].intensity * w->force[2 * k + s].troops;
                movement += fabs(w->theatre[k].gain);
            }
        }
        for (count c = 0; c < w->contingents; c++)
            if (w->contingent_link[c].side == s) exposed += contingent_weight(w, c);
        side->exposed = exposed;
        side->movement = movement;
        if (w->week < 0) {
            side->reference_exposed = exposed;
            side->reference_movement = movement;
            side->losses = g->loss_level * exp(side->loss_deviation);
            continue;
        }
        double shock = g->loss_shock * normal(w->now, STREAM_LOSSES, w->side_name[s]);
        side->loss_deviation = g->loss_persistence * side->loss_deviation + shock;
        double moved = g->loss_tempo * (movement - side->reference_movement);
        double reference = side->reference_exposed;
        double strength = reference > 0.0 ? pow(exposed / reference, g->loss_mass) : 1.0;
        bear(w, s, g->loss_level * exp(side->loss_deviation + moved) * strength);
    }
}

/* --- replacement and reserves ---------------------------------------------------------------------------------- */
static inline void replacement(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        const struct side_given *g = &w->side_given[s];
        double moved = g->loss_tempo * (w->side[s].movement - w->side[s].reference_movement);
        moved = fmin(fmax(moved, -3.0), 3.0);
        double gone = g->permanent_share * g->loss_level * exp(w->side[s].loss_deviation + moved);
        double called = g->recruitment + g->loss_replacement * gone;
        double recruits = fmax(0.0, called + w->side[s].mobilised), share = 0.0;
        for (count k = 0; k < w->theatres; k++)
            if (w->theatre[k].open > 0.0) share += w->force[2 * k + s].reference_share;
        if (share <= 0.0) continue;
        for (count k = 0; k < w->theatres; k++)
            if (w->theatre[k].open > 0.0)
                w->force[2 * k + s].troops += recruits * w->force[2 * k + s].reference_share / share;
    }
}

static inline void reserves(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        const struct side_given *g = &w->side_given[s];
        double natives = 0.0, foreign = 0.0, share = 0.0, wanted = 0.0, surplus = 0.0;
        for (count k = 0; k < w->theatres; k++) {
            const struct force *f = &w->force[2 * k + s];
            natives += f->troops;
            if (w->theatre[k].open > 0.0) {
                foreign += f->foreign_mass;
                share += f->reference_share;
            }
        }
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->wanted = 0.0;
            if (w->theatre[k].open > 0.0 && share > 0.0) {
                double part = f->reference_share / share;
                f->wanted = most(0.0, part * natives + g->fungible * (part * foreign - f->foreign_mass));
            }
            wanted += f->wanted;
        }
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->wanted = wanted > 0.0 ? f->wanted * (natives / wanted) : f->troops;
            surplus += most(0.0, f->troops - f->wanted);
        }
        if (surplus <= 0.0) continue;
        double part = least(1.0, g->reserve_cap / surplus);
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->troops += part * (f->wanted - f->troops);
        }
    }
}

static inline void start(struct war *w) {
    deployment(w);
    supply(w);
    coalition_integration(w);
    combat_power(w);
    activity(w);
    ground(w);
    losses(w);
}

static inline void step(struct war *w) {
    deployment(w);
    event_calendar(w);
    further_waves(w);
    supply(w);
    coalition_integration(w);
    combat_power(w);
    activity(w);
    ground(w);
    losses(w);
    replacement(w);
    reserves(w);
}

/* Entities in the order of the name table: arrays of (row, slot, field), names of (slot), links of (slot, field). */
enum { WORLD, THEATRE, SIDE, FORCE, CONTINGENT, SUPPLY, EVENT, ENTITIES };

/* Run trajectories first .. first + futures - 1 into record (future, week + 1, output): the `kept` numbers of the state
 * at `columns`. 0, or 1 when out of memory. */
int run_block(const double *const *initial, const double *const *params, const int64_t *const *links,
              const uint64_t *const *names, const int64_t *slots, uint64_t seed, count first, count futures,
              count replicates, count weeks, const int64_t *restrict columns, count kept, double *restrict record) {
    size_t size[ENTITIES], width[ENTITIES], place[ENTITIES], outputs = 0;
    const size_t moving[] = STATE_WIDTHS, staying[] = GIVEN_WIDTHS;
    for (int e = 0; e < ENTITIES; e++) {
        size[e] = moving[e] * (size_t)slots[e];
        width[e] = staying[e] * (size_t)slots[e];
        place[e] = outputs;
        outputs += size[e];
    }
    double *state = malloc((outputs + 1) * sizeof *state);
    if (!state) return 1;
    struct war w = {
        .theatres = slots[THEATRE], .contingents = slots[CONTINGENT], .supplies = slots[SUPPLY],
        .events = slots[EVENT],
        .theatre = (void *)(state + place[THEATRE]), .side = (void *)(state + place[SIDE]),
        .force = (void *)(state + place[FORCE]), .contingent = (void *)(state + place[CONTINGENT]),
        .supply = (void *)(state + place[SUPPLY]),
        .theatre_link = (const void *)links[THEATRE], .contingent_link = (const void *)links[CONTINGENT],
        .supply_link = (const void *)links[SUPPLY], .event_link = (const void *)links[EVENT],
        .theatre_name = names[THEATRE], .side_name = names[SIDE], .contingent_name = names[CONTINGENT],
        .event_name = names[EVENT]};
    for (count i = 0; i < futures; i++) {
        size_t row = (size_t)((first + i) / replicates - first / replicates);
        for (int e = 0; e < ENTITIES; e++)
            memcpy(state + place[e], initial[e] + row * size[e], size[e] * sizeof *state);
        w.world_given = (const void *)(params[WORLD] + row * width[WORLD]);
        w.theatre_given = (const void *)(params[THEATRE] + row * width[THEATRE]);
        w.side_given = (const void *)(params[SIDE] + row * width[SIDE]);
        w.contingent_given = (const void *)(params[CONTINGENT] + row * width[CONTINGENT]);
        w.supply_given = (const void *)(params[SUPPLY] + row * width[SUPPLY]);
        w.event_given = (const void *)(params[EVENT] + row * width[EVENT]);
        w.word = trajectory_word(seed, (uint64_t)(first + i));
        for (w.week = -1; w.week < weeks; w.week++) {
            w.now = week_word(w.word, w.week);
            if (w.week < 0) start(&w);
            else step(&w);
            for (count c = 0; c < kept; c++) record[c] = state[columns[c]];
            record += kept;
        }
    }
    free(state);
    return 0;
}
