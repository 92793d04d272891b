/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the column tables say: `proto` the text of v2xd.proto, `dataset` the columns
 * part of docs/dataset.md. The texts in the tree are made by it; a test compares them. */
#include <stdio.h>
#include <string.h>

#include "edge/stream_schema.h"
#include "model/records.h"
#include "publish/schema.h"

static const char *type_name(enum column_type type)
{
    switch (type) {
    case COLUMN_BOOL:
        return "BOOLEAN";
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
        return "name";
    case COLUMN_I32:
        return "INT32";
    case COLUMN_U32:
    case COLUMN_I64:
        return "INT64";
    case COLUMN_U64:
        return "UINT64";
    case COLUMN_F32:
        return "FLOAT";
    case COLUMN_F64:
        return "DOUBLE";
    case COLUMN_TEXT:
        return "text";
    case COLUMN_BLOB:
        return "octets";
    }
    return "";
}

static void print_column(const struct column *c, bool optional)
{
    static const char *const knowledge[] = {"key", "obs", "gt", "inj"};
    char quantum[32] = "";
    if (c->quantum > 0) {
        (void)snprintf(quantum, sizeof quantum, "%g", c->quantum);
    }
    printf("| `%s` | %s | %s | %s | %s | %s | %s |\n", c->name, type_name(c->type),
           optional ? "yes" : "", knowledge[c->knowledge], c->unit, quantum, c->sentence);
}

/* Texts and octets are null where their pointer is: what the list says of them is asked. */
#define OPT_IS                             1
#define REQ_IS                             0
#define OPTIONAL_OF(type, name, need, ...) need##_IS,
#define X(record, LIST, plural, message, sentence)                                         \
    static const bool optional_##record[] = {LIST(OPTIONAL_OF)};
RECORD_TABLES(X)
#undef X

static const bool *const optionals[] = {
#define X(record, LIST, plural, message, sentence) optional_##record,
    RECORD_TABLES(X)
#undef X
};

static void print_names(const struct table *table)
{
    for (int i = 0; i < table->column_count; i++) {
        const struct column *c = &table->columns[i];
        if (c->type != COLUMN_U8_NAME && c->type != COLUMN_U16_NAME) {
            continue;
        }
        printf("\n`%s`:", c->name);
        const char *comma = " ";
        for (int n = 0; n < (int)c->name_count; n++) {
            if (c->names[n]) {
                printf("%s%s", comma, c->names[n]);
                comma = ", ";
            }
        }
        printf(".\n");
    }
}

static void print_dataset(void)
{
    for (int t = 0; t < records_table_count; t++) {
        const struct table *table = records_tables[t];
        printf("\n### %s\n\n%s. Protobuf message `%s`.\n\n", table->name, table->sentence,
               table->record);
        printf("| column | type | null | knowledge | unit | step | meaning |\n"
               "|---|---|---|---|---|---|---|\n");
        for (int i = 0; i < table->column_count; i++) {
            print_column(&table->columns[i], optionals[t][i]);
        }
        print_names(table);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "dataset") == 0) {
        print_dataset();
        return 0;
    }
    if (strcmp(what, "proto") != 0) {
        (void)fprintf(stderr, "usage: print_schema proto|dataset\n");
        return 2;
    }
    struct bytes text = {0};
    size_t count;
    const struct proto_message *messages = stream_schema_messages(&count);
    schema_proto_text(&text, messages, count);
    (void)fwrite(text.data, 1, text.size, stdout);
    bytes_close(&text);
    return 0;
}
