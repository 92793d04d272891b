/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest and the column lists, told as Croissant. In: the manifest. Out: JSON-LD. */
#include "publish/croissant.h"

#include <stdio.h>
#include <string.h>

#include "model/records.h"
#include "publish/canonical.h"
#include "publish/canonical_value.h"

#define NAME_MOST 128

/* The context that the specification gives for version 1.0. */
static const char context[] =
    "{\"@language\":\"en\",\"@vocab\":\"https://schema.org/\",\"citeAs\":\"cr:citeAs\","
    "\"column\":\"cr:column\",\"conformsTo\":\"dct:conformsTo\","
    "\"cr\":\"http://mlcommons.org/croissant/\",\"rai\":\"http://mlcommons.org/croissant/"
    "RAI/\",\"data\":{\"@id\":\"cr:data\",\"@type\":\"@json\"},"
    "\"dataType\":{\"@id\":\"cr:dataType\",\"@type\":\"@vocab\"},"
    "\"dct\":\"http://purl.org/dc/terms/\","
    "\"examples\":{\"@id\":\"cr:examples\",\"@type\":\"@json\"},"
    "\"extract\":\"cr:extract\",\"field\":\"cr:field\","
    "\"fileProperty\":\"cr:fileProperty\",\"fileObject\":\"cr:fileObject\","
    "\"fileSet\":\"cr:fileSet\",\"format\":\"cr:format\",\"includes\":\"cr:includes\","
    "\"isLiveDataset\":\"cr:isLiveDataset\",\"jsonPath\":\"cr:jsonPath\",\"key\":\"cr:"
    "key\","
    "\"md5\":\"cr:md5\",\"parentField\":\"cr:parentField\",\"path\":\"cr:path\","
    "\"recordSet\":\"cr:recordSet\",\"references\":\"cr:references\",\"regex\":\"cr:"
    "regex\","
    "\"repeated\":\"cr:repeated\",\"replace\":\"cr:replace\",\"sc\":\"https://schema.org/"
    "\","
    "\"separator\":\"cr:separator\",\"source\":\"cr:source\",\"subField\":\"cr:subField\","
    "\"transform\":\"cr:transform\"}";

/* Where a key of one table points into another. */
static const struct {
    const char *table, *column, *to_table, *to_column;
} links[] = {
    {"receptions", "msg_uid", "transmissions", "msg_uid"},
    {"tracks", "frame_uid", "frames", "frame_uid"},
    {"objects", "frame_uid", "frames", "frame_uid"},
    {"sync", "frame_uid", "frames", "frame_uid"},
    {"labels", "enc_id", "encounters", "enc_id"},
};

static json_t *id_of(const char *text)
{
    return json_pack("{s:s}", "@id", text);
}

static const char *media_type(const char *name)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".parquet", "application/x-parquet"}, {".json", "application/json"},
        {".geojson", "application/geo+json"},  {".yaml", "application/yaml"},
        {".mcap", "application/octet-stream"}, {".pcapng", "application/x-pcapng"}};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t m = strlen(types[i].end);
        if (n > m && strcmp(name + n - m, types[i].end) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static void put_file(json_t *distribution, const char *path, const json_t *facts)
{
    char size[32];
    (void)snprintf(size, sizeof size, "%lld B",
                   (long long)json_integer_value(json_object_get(facts, "bytes")));
    json_array_append_new(distribution,
                          json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "@type",
                                    "cr:FileObject", "@id", path, "name", path,
                                    "contentUrl", path, "contentSize", size,
                                    "encodingFormat", media_type(path), "sha256",
                                    json_string_value(json_object_get(facts, "sha256"))));
}

/* The parts of a table, and the set that they are. */
static void put_parts(json_t *distribution, const char *table, const json_t *parts)
{
    char set[NAME_MOST], glob[NAME_MOST];
    json_t *in = json_array();
    size_t i;
    json_t *part;
    json_array_foreach(parts, i, part)
    {
        const char *path = json_string_value(json_object_get(part, "path"));
        put_file(distribution, path, part);
        json_array_append_new(in, id_of(path));
    }
    (void)snprintf(set, sizeof set, "%s-parts", table);
    (void)snprintf(glob, sizeof glob, "tables/%s-*.parquet", table);
    json_array_append_new(distribution,
                          json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "@type", "cr:FileSet",
                                    "@id", set, "name", set, "containedIn", in,
                                    "encodingFormat", "application/x-parquet", "includes",
                                    glob));
}

static const char *data_type(const struct column *column)
{
    switch (column->type) {
    case COLUMN_BOOL:
        return "sc:Boolean";
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_I64:
    case COLUMN_U64:
        return "sc:Integer";
    case COLUMN_F32:
    case COLUMN_F64:
        return "sc:Float";
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
    case COLUMN_BLOB:
    default:
        return "sc:Text";
    }
}

/* Where the values are: the one part, or the set of parts. */
static json_t *source_of(const char *table, const json_t *parts, const char *column)
{
    char set[NAME_MOST];
    (void)snprintf(set, sizeof set, "%s-parts", table);
    bool one = json_array_size(parts) == 1;
    const char *part = json_string_value(json_object_get(json_array_get(parts, 0), "path"));
    return json_pack("{s:o, s:{s:s}}", one ? "fileObject" : "fileSet",
                     id_of(one ? part : set), "extract", "column", column);
}

static json_t *field_of(const struct table *table, const struct column *column,
                        const json_t *parts, const json_t *tables)
{
    char id[NAME_MOST];
    struct bytes text = {0};
    (void)snprintf(id, sizeof id, "%s/%s", table->name, column->name);
    bytes_text(&text, column->sentence);
    bytes_text(&text, column->sentence[0] ? " [" : "[");
    bytes_text(&text, canonical_knowledge(column));
    bytes_text(&text, column->unit[0] ? ", " : "");
    bytes_text(&text, column->unit);
    bytes_text(&text, "]");
    bytes_u8(&text, 0);
    json_t *field =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "@type", "cr:Field", "@id", id, "name",
                  id, "description", text.failed ? "" : (const char *)text.data, "dataType",
                  data_type(column), "source", source_of(table->name, parts, column->name));
    bytes_close(&text);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        const json_t *to = json_object_get(tables, links[i].to_table);
        if (strcmp(links[i].table, table->name) == 0 &&
            strcmp(links[i].column, column->name) == 0 &&
            json_integer_value(json_object_get(to, "rows")) > 0) {
            (void)snprintf(id, sizeof id, "%s/%s", links[i].to_table, links[i].to_column);
            json_object_set_new(field, "references",
                                json_pack("{s:o}", "field", id_of(id)));
        }
    }
    return field;
}

static json_t *record_set(const struct table *table, const json_t *parts,
                          const json_t *tables)
{
    json_t *fields = json_array();
    for (int i = 0; i < table->column_count; i++) {
        json_array_append_new(fields, field_of(table, &table->columns[i], parts, tables));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "@type", "cr:RecordSet", "@id",
                     table->name, "name", table->name, "description", table->sentence,
                     "field", fields);
}

static json_t *describe(const json_t *manifest)
{
    const char *name = json_string_value(json_object_get(manifest, "scenario_id"));
    const char *hash = json_string_value(json_object_get(manifest, "dataset_sha256"));
    const char *kind = json_string_value(json_object_get(manifest, "kind"));
    const json_t *air = json_object_get(manifest, "air");
    char text[400];
    (void)snprintf(
        text, sizeof text,
        "V2X messages of %s (%s), degraded (technology %s, tier %s) and labelled: one "
        "row per message and intended receiver, lost ones included. Marks of "
        "fields: obs, its holder could know it then; gt, only the world; inj, "
        "only the simulator.",
        name, kind, json_string_value(json_object_get(air, "technology")),
        json_string_value(json_object_get(air, "tier")));
    return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "@context",
                     json_loads(context, 0, NULL), "@type", "sc:Dataset", "conformsTo",
                     "http://mlcommons.org/croissant/1.0", "name", name, "description",
                     text, "version", "1.0.0", "identifier", hash ? hash : "",
                     "distribution", json_array(), "recordSet", json_array());
}

int croissant_json(const json_t *manifest, struct bytes *out, struct fail *fail)
{
    json_t *root = describe(manifest);
    json_t *distribution = json_object_get(root, "distribution");
    json_t *records = json_object_get(root, "recordSet");
    json_t *tables = json_object_get(manifest, "tables");
    json_t *files = json_object_get(manifest, "files");
    const char *name;
    json_t *facts;
    json_object_foreach(files, name, facts)
    {
        put_file(distribution, name, facts);
    }
    for (int i = 0; i < records_table_count; i++) {
        const struct table *table = records_tables[i];
        facts = json_object_get(tables, table->name);
        const json_t *parts = json_object_get(facts, "files");
        bool some = json_integer_value(json_object_get(facts, "rows")) > 0 &&
                    json_array_size(parts) > 0;
        if (some) {
            put_parts(distribution, table->name, parts);
            json_array_append_new(records, record_set(table, parts, tables));
        }
    }
    int code = root ? canonical_json(out, root, 2, fail)
                    : fail_set(fail, RESULT_MEMORY, "croissant.json: out of memory");
    json_decref(root);
    return code;
}
