/* What both versions of the laws in C share: what is counted and drawn, and the parts of a war.
 *
 * The records are written into "records.h" from the name table by benchmarks/kernel.py.
 */
#include <stdint.h>

#include "records.h"

enum { A, B, SIDES };
enum { ARRIVAL, WITHDRAWAL, MOBILISATION, SUPPLY_CHANGE };
enum { SHELLS_GOOD, EQUIPMENT_GOOD };
enum { STREAM_DEPLOYMENT = 10, STREAM_EVENTS = 11, STREAM_WAVES = 12, STREAM_TEMPO = 31, STREAM_AREA = 32,
       STREAM_ACTIVITY = 33, STREAM_LEVEL = 34,
       STREAM_LOSSES = 41 };

typedef int64_t count;

/* What moves and what stays in a war. Force 2 k + s is side s in theatre k. */
#define PARTS_OF_A_WAR \
    count theatres, contingents, supplies, events; \
    struct theatre *restrict theatre; \
    struct side *restrict side; \
    struct force *restrict force; \
    struct contingent *restrict contingent; \
    struct supply *restrict supply; \
    const struct world_given *restrict world_given; \
    const struct theatre_given *restrict theatre_given; \
    const struct side_given *restrict side_given; \
    const struct contingent_given *restrict contingent_given; \
    const struct supply_given *restrict supply_given; \
    const struct event_given *restrict event_given; \
    const struct theatre_link *restrict theatre_link; \
    const struct contingent_link *restrict contingent_link; \
    const struct supply_link *restrict supply_link; \
    const struct event_link *restrict event_link; \
    const uint64_t *restrict theatre_name, *restrict side_name, *restrict contingent_name, *restrict event_name;
