/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for the network in a configuration of SUMO. In: octets. Out: a path. */
#include "scenarios/sumocfg.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/xml.h"

struct finder {
    struct xml xml;
    char *roads;
    size_t room;
};

static void start(void *self, const char *name, xml_attributes attributes)
{
    static const char *const names[] = {"net-file", "net", "n"};
    struct finder *f = self;
    const char *value = xml_value(attributes, "value");
    value = value ? value : xml_value(attributes, "v");
    for (size_t i = 0; value && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0 && strlen(value) >= f->room) {
            xml_refuse(&f->xml, "too long a path: ", value);
        } else if (strcmp(name, names[i]) == 0) {
            snprintf(f->roads, f->room, "%s", value);
        }
    }
}

int sumocfg_roads(const char *file, const void *octets, size_t size, char *roads,
                  size_t room, struct fail *fail)
{
    struct finder f = {.roads = roads, .room = room};
    f.xml = (struct xml){.self = &f,
                         .start = start,
                         .file = file,
                         .root = "configuration sumoConfiguration"};
    roads[0] = '\0';
    int result = xml_open(&f.xml, fail);
    result = result != 0 ? result : xml_feed(&f.xml, octets, size, true, fail);
    xml_close(&f.xml);
    return result;
}
