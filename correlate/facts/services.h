/* Which login service a connection belongs to: what the sensor detected, else the port. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/facts/shape.h"
#include "store/store.h"

struct services;

/* Interns the services' names. NULL on failure. */
struct services *services_new(struct store *s, const struct catalog *catalog, struct err *err);
void services_free(struct services *services);

/* NULL in *found: no login service. A detected service wins over the port: SSH on port 902 is SSH,
 * and HTTP on port 22 is not. TLS says nothing about what runs inside: then the port decides, as it
 * does for what was refused. */
bool services_of_flow(struct services *services, const struct seen_flow *flow,
    const struct login_service **found, struct err *err);
/* By the name id that a login record gives ("ssh"); NULL in *found: it is no login service. */
bool services_of_login(
    struct services *services, int64_t name, const struct login_service **found, struct err *err);
/* The name id of a service of this catalogue, by which facts keep it. */
int64_t services_id(const struct services *services, const struct login_service *service);
/* NULL when the id names no login service. */
const struct login_service *services_by_id(const struct services *services, int64_t id);
