/* The laws of laws.c for a block of futures at a time: the second yardstick of the compiled kernel.
 *
 * Every number of the state is LANES wide, one lane a future (lanes.h). What laws.c decides by a branch is decided here
 * by a mask, so that every law is vector code; a branch is left where no lane needs what follows, and where the answer
 * is the same for all lanes (the week, the links). Lane by lane go only the copies in and the few normal numbers
 * outside the centre. The laws stand in the order of laws.c, under its names; calendar to integration in
 * laws_blocked.h. The records are written into "records.h" by benchmarks/laws_c.py, `lanes` for each `double`.
 */
#include "laws_blocked.h"

/* --- power ----------------------------------------------------------------------------------------------------- */
static inline void gather_masses(struct war *w, int s) {
    for (count k = 0; k < w->theatres; k++) {
        struct force *f = &w->force[2 * k + s];
        lanes mass = none;
        for (count c = 0; c < w->contingents; c++) {
            if (w->contingent_link[c].side != s) continue;
            mask here = (w->contingent[c].location == (double)k) & (w->theatre[k].open > 0.0);
            mass += pick(here, w->contingent_given[c].quality * w->contingent[c].usable, none);
        }
        f->foreign_mass = mass;
        f->mass = f->troops + mass;
    }
}

static inline void combat_power(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        struct side *side = &w->side[s];
        gather_masses(w, s);
        lanes strength = none;
        for (count k = 0; k < w->theatres; k++)
            strength += pick(w->theatre[k].open > 0.0, w->force[2 * k + s].mass, none);
        side->strength = strength;
        mask stands = strength > 0.0;
        lanes size = pick(stands, strength, every(1.0));
        lanes fire = most(most(side->fire, 1e-3 * w->side_given[s].fire_demand), every(1e-3));
        lanes vehicles = most(side->equipment, every(1.0));
        lanes each = exponential(w->world_given->fire_exponent * logarithm(fire / size) +
                                 w->world_given->equipment_exponent * logarithm(vehicles / size));
        lanes per_soldier = pick(stands, side->leadership * each, none);
        for (count k = 0; k < w->theatres; k++) w->force[2 * k + s].power = per_soldier * w->force[2 * k + s].mass;
    }
}

/* --- activity -------------------------------------------------------------------------------------------------- */
static inline void activity(struct war *w) {
    for (count k = 0; k < w->theatres; k++) {
        struct theatre *t = &w->theatre[k];
        const struct theatre_given *g = &w->theatre_given[k];
        mask active = t->activity >= 0.5;
        if (w->week >= 0) {
            lanes leave = pick(active, g->becoming_quiet, g->becoming_active);
            active ^= (t->open > 0.0) & (uniform(w->now, STREAM_ACTIVITY, w->theatre_name[k]) < leave);
        }
        t->activity = pick(active, every(1.0), none);
        t->shock_scale = pick(active, g->active_scale, every(1.0));
    }
}

/* --- ground ---------------------------------------------------------------------------------------------------- */
static inline void ground(struct war *w) {
    for (count k = 0; k < w->theatres; k++) {
        struct theatre *t = &w->theatre[k];
        const struct theatre_given *g = &w->theatre_given[k];
        count holder = w->theatre_link[k].holder;
        lanes ours = most(w->force[2 * k + holder].power, every(1e-12));
        lanes theirs = most(w->force[2 * k + 1 - holder].power, every(1e-12));
        t->balance = logarithm(ours / theirs);
        if (w->week < 0) {
            t->reference_balance = t->balance;
            t->gain = t->tempo;
            continue;
        }
        mask open = t->open != 0.0;
        lanes shock = t->shock_scale * g->tempo_shock * w->normals[TEMPO * w->theatres + k];
        lanes noise = t->shock_scale * g->area_noise * w->normals[AREA * w->theatres + k];
        lanes moved = g->level_shock * w->normals[LEVEL * w->theatres + k];
        lanes deviation = g->level_persistence * t->level_deviation + moved;
        lanes level = g->long_run_tempo + deviation;
        lanes tempo = level + g->persistence * (t->tempo - level) + shock;
        lanes gain = tempo + g->power_response * (t->balance - t->reference_balance);
        lanes area = t->area + gain + noise;
        t->level_deviation = pick(open, deviation, t->level_deviation);
        t->tempo = pick(open, tempo, t->tempo);
        t->gain = pick(open, gain, none);
        t->area = pick(open, least(most(area, none), g->area_ceiling), t->area);
        if (w->theatre_link[k].closes_at_zero == 1) t->open = pick(open & (area <= 0.0), none, t->open);
    }
}

/* --- losses ---------------------------------------------------------------------------------------------------- */
static inline lanes contingent_weight(const struct war *w, count c) {
    const struct contingent *unit = &w->contingent[c];
    const struct contingent_given *g = &w->contingent_given[c];
    lanes intensity = none;
    for (count k = 0; k < w->theatres; k++) {
        mask here = (unit->location == (double)k) & (w->theatre[k].open != 0.0);
        intensity = pick(here, w->theatre_given[k].intensity, intensity);
    }
    lanes lack = 1.0 + g->vulnerability * (1.0 - unit->integration);
    return intensity * (g->exposure * unit->troops) * lack;
}

static inline void bear(struct war *w, int s, lanes counted) {
    struct side *side = &w->side[s];
    lanes permanent = w->side_given[s].permanent_share, total = none;
    lanes per_weight = pick(side->exposed > 0.0, counted / side->exposed, none);
    for (count c = 0; c < w->contingents; c++) {
        if (w->contingent_link[c].side != s) continue;
        struct contingent *unit = &w->contingent[c];
        unit->losses = none;
        if (!any(unit->troops > 0.0)) continue;
        lanes lost = least(unit->troops, per_weight * contingent_weight(w, c));
        unit->losses = lost;
        unit->cumulative_losses += lost;
        total += lost;
        lanes left = pick(lost > 0.0, 1.0 - permanent * lost / unit->troops, every(1.0));
        side->officer_pool -= (1.0 - left) * unit->lent_officers;
        unit->troops *= left;
        unit->interpreters *= left;
    }
    for (count k = 0; k < w->theatres; k++) {
        struct force *f = &w->force[2 * k + s];
        lanes lost = least(f->troops, per_weight * w->theatre_given[k].intensity * f->troops);
        lost = pick(w->theatre[k].open > 0.0, lost, none);
        f->troops -= permanent * lost;
        total += lost;
    }
    side->losses = total;
    side->cumulative_losses += total;
}

static inline void losses(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        struct side *side = &w->side[s];
        const struct side_given *g = &w->side_given[s];
        lanes exposed = none, movement = none;
        for (count k = 0; k < w->theatres; k++) {
            mask open = w->theatre[k].open > 0.0;
            exposed += pick(open, w->theatre_given[k].intensity * w->force[2 * k + s].troops, none);
            movement += pick(open, most(w->theatre[k].gain, -w->theatre[k].gain), none);
        }
        for (count c = 0; c < w->contingents; c++)
            if (w->contingent_link[c].side == s && any(w->contingent[c].troops > 0.0))
                exposed += contingent_weight(w, c);
        side->exposed = exposed;
        side->movement = movement;
        if (w->week < 0) {
            side->reference_exposed = exposed;
            side->reference_movement = movement;
            side->losses = g->loss_level * exponential(side->loss_deviation);
            continue;
        }
        lanes shock = g->loss_shock * w->normals[DRAWS * w->theatres + s];
        side->loss_deviation = g->loss_persistence * side->loss_deviation + shock;
        lanes moved = g->loss_tempo * (movement - side->reference_movement);
        lanes share = pick(side->reference_exposed > 0.0, exposed / side->reference_exposed, every(1.0));
        bear(w, s, g->loss_level * exponential(side->loss_deviation + moved) * power(share, g->loss_mass));
    }
}

/* --- replacement and reserves ---------------------------------------------------------------------------------- */
static inline void replacement(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        const struct side_given *g = &w->side_given[s];
        lanes moved = g->loss_tempo * (w->side[s].movement - w->side[s].reference_movement);
        moved = least(most(moved, every(-3.0)), every(3.0));
        lanes gone = g->permanent_share * g->loss_level * exponential(w->side[s].loss_deviation + moved);
        lanes called = g->recruitment + g->loss_replacement * gone;
        lanes recruits = most(none, called + w->side[s].mobilised), share = none;
        for (count k = 0; k < w->theatres; k++)
            share += pick(w->theatre[k].open > 0.0, w->force[2 * k + s].reference_share, none);
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            mask open = (w->theatre[k].open > 0.0) & (share > 0.0);
            f->troops += pick(open, recruits * f->reference_share / share, none);
        }
    }
}

static inline void reserves(struct war *w) {
    for (int s = 0; s < SIDES; s++) {
        const struct side_given *g = &w->side_given[s];
        lanes natives = none, foreign = none, share = none, wanted = none, surplus = none;
        for (count k = 0; k < w->theatres; k++) {
            const struct force *f = &w->force[2 * k + s];
            mask open = w->theatre[k].open > 0.0;
            natives += f->troops;
            foreign += pick(open, f->foreign_mass, none);
            share += pick(open, f->reference_share, none);
        }
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            lanes part = f->reference_share / share;
            lanes own = most(none, part * natives + g->fungible * (part * foreign - f->foreign_mass));
            f->wanted = pick((w->theatre[k].open > 0.0) & (share > 0.0), own, none);
            wanted += f->wanted;
        }
        for (count k = 0; k < w->theatres; k++) {
            struct force *f = &w->force[2 * k + s];
            f->wanted = pick(wanted > 0.0, f->wanted * (natives / wanted), f->troops);
            surplus += most(none, f->troops - f->wanted);
        }
        lanes part = pick(surplus > 0.0, least(every(1.0), g->reserve_cap / surplus), none);
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
    draw_normals(w);
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

/* --- the block ------------------------------------------------------------------------------------------------- */

/* Write the `kept` numbers at `columns` of every lane: from one vector a number to one row a future. */
static inline void keep(const lanes *state, const int64_t *restrict columns, count kept, double *const row[LANES]) {
    count c = 0;
#ifdef __AVX2__
    for (; c + LANES <= kept; c += LANES) {
        lanes a = state[columns[c]], b = state[columns[c + 1]], d = state[columns[c + 2]], e = state[columns[c + 3]];
        lanes ab = _mm256_unpacklo_pd(a, b), de = _mm256_unpacklo_pd(d, e);
        lanes AB = _mm256_unpackhi_pd(a, b), DE = _mm256_unpackhi_pd(d, e);
        _mm256_storeu_pd(row[0] + c, _mm256_permute2f128_pd(ab, de, 0x20));
        _mm256_storeu_pd(row[1] + c, _mm256_permute2f128_pd(AB, DE, 0x20));
        _mm256_storeu_pd(row[2] + c, _mm256_permute2f128_pd(ab, de, 0x31));
        _mm256_storeu_pd(row[3] + c, _mm256_permute2f128_pd(AB, DE, 0x31));
    }
#endif
    for (; c < kept; c++)
        for (int j = 0; j < LANES; j++) row[j][c] = state[columns[c]][j];
}

/* As run_block of laws.c. The last block has idle lanes where `futures` is no multiple of LANES: they repeat the last
 * future and are not kept. */
int run_block(const double *const *initial, const double *const *params, const int64_t *const *links,
              const uint64_t *const *names, const int64_t *slots, uint64_t seed, count first, count futures,
              count replicates, count weeks, const int64_t *restrict columns, count kept, double *restrict record) {
    size_t size[ENTITIES], width[ENTITIES], place[ENTITIES], given_place[ENTITIES], outputs = 0, inputs = 0;
    const size_t moving[] = STATE_WIDTHS, staying[] = GIVEN_WIDTHS;
    for (int e = 0; e < ENTITIES; e++) {
        size[e] = moving[e] * (size_t)slots[e];
        width[e] = staying[e] * (size_t)slots[e];
        place[e] = outputs;
        given_place[e] = inputs;
        outputs += size[e];
        inputs += width[e];
    }
    size_t draws = DRAWS * (size_t)slots[THEATRE] + SIDES;
    lanes *state = aligned_alloc(sizeof(lanes), (outputs + inputs + draws + (size_t)kept) * sizeof(lanes));
    if (!state) return 1;
    lanes *given = state + outputs, *normals = given + inputs;
    double *unused = (double *)(normals + draws); /* where idle lanes are written */
    struct war w = {
        .theatres = slots[THEATRE], .contingents = slots[CONTINGENT], .supplies = slots[SUPPLY],
        .events = slots[EVENT],
        .theatre = (void *)(state + place[THEATRE]), .side = (void *)(state + place[SIDE]),
        .force = (void *)(state + place[FORCE]), .contingent = (void *)(state + place[CONTINGENT]),
        .supply = (void *)(state + place[SUPPLY]),
        .world_given = (const void *)(given + given_place[WORLD]),
        .theatre_given = (const void *)(given + given_place[THEATRE]),
        .side_given = (const void *)(given + given_place[SIDE]),
        .contingent_given = (const void *)(given + given_place[CONTINGENT]),
        .supply_given = (const void *)(given + given_place[SUPPLY]),
        .event_given = (const void *)(given + given_place[EVENT]),
        .theatre_link = (const void *)links[THEATRE], .contingent_link = (const void *)links[CONTINGENT],
        .supply_link = (const void *)links[SUPPLY], .event_link = (const void *)links[EVENT],
        .theatre_name = names[THEATRE], .side_name = names[SIDE], .contingent_name = names[CONTINGENT],
        .event_name = names[EVENT], .normals = normals};
    for (count begin = 0; begin < futures; begin += LANES) {
        double *row[LANES];
        count further[LANES];
        for (int j = 0; j < LANES; j++) {
            int idle = begin + j >= futures;
            count future = idle ? futures - 1 : begin + j;
            size_t set = (size_t)((first + future) / replicates - first / replicates);
            for (int e = 0; e < ENTITIES; e++) {
                const double *begins = initial[e] + set * size[e], *stays = params[e] + set * width[e];
                for (size_t i = 0; i < size[e]; i++) state[place[e] + i][j] = begins[i];
                for (size_t i = 0; i < width[e]; i++) given[given_place[e] + i][j] = stays[i];
            }
            w.word[j] = (uint64_t)(first + future);
            row[j] = idle ? unused : record + future * (weeks + 1) * kept;
            further[j] = idle ? 0 : kept;
        }
        words seeded = {0};
        w.word = mix(mix(seeded + seed + GOLDEN) ^ (w.word + FIRST));
        for (w.week = -1; w.week < weeks; w.week++) {
            w.now = mix(w.word ^ ((uint64_t)(w.week + 2) * GOLDEN));
            if (w.week < 0) start(&w);
            else step(&w);
            keep(state, columns, kept, row);
            for (int j = 0; j < LANES; j++) row[j] += further[j];
        }
    }
    free(state);
    return 0;
}
