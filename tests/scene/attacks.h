/* Between the two files that plan attacks. */
#pragma once

#include "tests/scene/scene.h"

void plan_floods(struct scene *s);
void plan_contacts(struct scene *s);
