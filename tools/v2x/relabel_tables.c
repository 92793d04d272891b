/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in, rows with other labels out; see relabel_tables.h. */
#include "tools/v2x/relabel_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinds.h"
#include "model/records.h"
#include "publish/parquet.h"
#include "tools/v2x/tablerow.h"

/* com.fate is a mapping of causes, not of numbers: facts fate, cause. */
static const char fate_column[] = "com_fate";

bool relabel_can(int axis)
{
    bool can = axis == AXIS_COM_FATE;
    for (size_t i = 0; i < rerule_column_count; i++) {
        can = can || rerule_columns[i].axis == axis;
    }
    return can;
}

int relabel_write(const struct relabel *r, const char *name, const void *data, size_t size,
                  struct fail *fail)
{
    char path[FOLDER_PATH];
    (void)snprintf(path, sizeof path, "%s/%s", r->out, name);
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(data, 1, size, f) == size;
    good = f && fclose(f) == 0 && good;
    return good ? 0 : fail_set(fail, RESULT_WORLD, "%s: cannot be written", path);
}

static void count_change(struct relabel *r, const char *table, const char *column,
                         uint16_t from, uint16_t to)
{
    size_t i = 0;
    while (i < r->change_count && (r->changes[i].from != from || r->changes[i].to != to ||
                                   strcmp(r->changes[i].table, table) != 0 ||
                                   strcmp(r->changes[i].column, column) != 0)) {
        i++;
    }
    if (i == RELABEL_CHANGES_MOST) {
        return;
    }
    if (i == r->change_count) {
        r->changes[r->change_count++] = (struct relabel_change){table, column, from, to, 0};
    }
    r->changes[i].rows++;
}

static bool add_subject(struct relabel *r, uint64_t key, const struct label *label)
{
    if (r->subject_count == r->subject_room) {
        size_t room = r->subject_room ? 2 * r->subject_room : 1024;
        struct relabel_subject *list = realloc(r->subjects, room * sizeof *list);
        if (!list) {
            return false;
        }
        r->subjects = list;
        r->subject_room = room;
    }
    r->subjects[r->subject_count++] = (struct relabel_subject){key, *label};
    return true;
}

static uint64_t key_with(uint64_t key, const struct parquet_value *v)
{
    return tally_key(key + v->bits, v->data ? v : NULL);
}

/* Value of a column by its name; null if the table has none. */
static struct parquet_value value_of(const struct table *table,
                                     const struct folder_scan *scan, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return folder_scan_value(scan, (size_t)i);
        }
    }
    return (struct parquet_value){.null = true};
}

/* Key of a subject over a row's columns; false: one of them is null. */
static bool key_of(const struct table *table, const struct folder_scan *scan, uint16_t axis,
                   const char *const names[3], uint64_t *key)
{
    struct parquet_value world = value_of(table, scan, "world_id");
    *key = key_with(axis + UINT64_C(1), &world);
    for (int i = 0; i < 3 && names[i]; i++) {
        struct parquet_value v = value_of(table, scan, names[i]);
        if (v.null) {
            return false;
        }
        *key = key_with(*key, &v);
    }
    return names[0] != NULL;
}

struct pass {
    struct relabel *r;
    const struct table *table;
    struct tablerow reader;
    struct folder_scan scan;
    struct parquet_part *part;
    struct digest digest;
    struct bytes file;
    json_t *files;
    uint64_t rows;
};

/* Leaf by the mapping of causes; LEAF_NONE: not by it. */
static struct label fate_label(const struct pass *p, const uint16_t map[CAUSE_COUNT])
{
    struct parquet_value fate = value_of(p->table, &p->scan, "fate");
    struct parquet_value cause = value_of(p->table, &p->scan, "cause");
    struct label label = {0};
    for (int c = 0; c < CAUSE_COUNT && !folder_text_is(&fate, "delivered"); c++) {
        if (folder_text_is(&cause, kinds_cause[c])) {
            label.leaf = map[c];
        }
    }
    return label;
}

/* One label text of the row: judged, counted, put. */
static int judge(struct pass *p, const char *column, uint16_t axis,
                 const char *const key_here[3], const struct label *before,
                 const struct label *after, struct fail *fail)
{
    struct relabel *r = p->r;
    struct parquet_value text = value_of(p->table, &p->scan, column);
    uint16_t was = text.null ? LEAF_NONE : rerule_leaf(axis, &text);
    struct label stays = {0};
    uint64_t key;
    if (was == LEAF_NONE) {
        return 0;
    }
    r->judged++;
    r->judged_of[axis]++;
    bool left = before->leaf != was;
    r->left += left;
    r->left_of[axis] += left;
    if (!left && after->leaf == was) {
        return 0;
    }
    if (!left) {
        r->changed++;
        count_change(r, p->table->name, column, was, after->leaf);
        bool whole = folder_text_is(&text, leaf_code(was));
        tablerow_text(&p->reader, p->table, column,
                      whole ? leaf_code(after->leaf) : leaf_name(after->leaf));
    }
    if (key_of(p->table, &p->scan, axis, key_here, &key) &&
        !add_subject(r, key, left ? &stays : after)) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    return 0;
}

static int judge_row(struct pass *p, struct fail *fail)
{
    const struct taxfile *tax = &p->r->tax;
    int code = 0;
    for (size_t i = 0; i < rerule_column_count && code == 0; i++) {
        const struct rerule_column *c = &rerule_columns[i];
        struct parquet_value facts[RERULE_FACTS_MOST] = {0};
        if (strcmp(c->table, p->table->name) != 0 || !tax->axes[c->axis].changed) {
            continue;
        }
        for (int f = 0; c->facts[f]; f++) {
            facts[f] = value_of(p->table, &p->scan, c->facts[f]);
        }
        struct label before = c->label(facts, NULL, 0);
        struct label after = c->label(facts, &tax->rules, 0);
        code = judge(p, c->column, c->axis, c->key_here, &before, &after, fail);
    }
    if (code == 0 && p->table == &table_reception && tax->axes[AXIS_COM_FATE].changed) {
        static const uint16_t built_in[CAUSE_COUNT] = {
#define X(cause, leaf) [cause] = leaf,
            TAXONOMY_CAUSES(X)
#undef X
        };
        static const char *const key_here[3] = {"msg_uid", "receiver"};
        struct label before = fate_label(p, built_in);
        struct label after = fate_label(p, tax->cause_leaf);
        if (before.leaf != LEAF_NONE) {
            code = judge(p, fate_column, AXIS_COM_FATE, key_here, &before, &after, fail);
        }
    }
    return code;
}

static int by_key(const void *a, const void *b)
{
    const struct relabel_subject *x = a;
    const struct relabel_subject *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* The columns of `labels` that name a subject of the axis; NULL: none that we know. */
static const char *const *label_key(const struct pass *p, int axis)
{
    static const char *const by_message[3] = {"msg_uid", "ego"};
    struct parquet_value provenance = value_of(p->table, &p->scan, "provenance");
    if (axis == AXIS_COM_FATE) {
        return by_message;
    }
    for (size_t i = 0; i < rerule_column_count; i++) {
        const struct rerule_column *c = &rerule_columns[i];
        if (c->axis == axis && c->key_labels[0] &&
            (!c->provenance || folder_text_is(&provenance, c->provenance))) {
            return c->key_labels;
        }
    }
    return NULL;
}

static void put_label(struct row_label *row, const struct label *label)
{
    const struct leaf_info *leaf = leaf_find(label->leaf);
    row->label_id = leaf->id;
    row->code = leaf->code;
    row->rule_id = leaf->rule_id;
    if (label->has & LABEL_HAS_VALUE) {
        ROW_SET(row, label, value, label->value);
    }
    if (label->has & LABEL_HAS_MARGIN) {
        ROW_SET(row, label, margin, label->margin);
        uint32_t keep = row->flags & ~(uint32_t)LABEL_BOUNDARY;
        row->flags = keep | (label->flags & LABEL_BOUNDARY);
    }
}

static void label_row_anew(struct pass *p)
{
    struct relabel *r = p->r;
    struct row_label *row = (void *)p->reader.row;
    uint16_t leaf = leaf_by_code(row->code);
    int axis = leaf_axis(leaf);
    row->tax_ver = r->tax.version;
    if (axis < 0 || !r->tax.axes[axis].changed) {
        return;
    }
    struct relabel_subject want = {0};
    const char *const *names = label_key(p, axis);
    r->labels++;
    if (!names || !key_of(p->table, &p->scan, (uint16_t)axis, names, &want.key)) {
        r->labels_left++;
        return;
    }
    const struct relabel_subject *found =
        r->subject_count
            ? bsearch(&want, r->subjects, r->subject_count, sizeof *r->subjects, by_key)
            : NULL;
    if (found && found->label.leaf == LEAF_NONE) {
        r->labels_left++;
        return;
    }
    row->label_ver = r->tax.axes[axis].version;
    row->params_sha = r->tax.axes[axis].params_sha;
    if (found && found->label.leaf != leaf) {
        r->labels_changed++;
        count_change(r, "labels", "code", leaf, found->label.leaf);
        put_label(row, &found->label);
    }
}

static int write_part(struct pass *p, struct fail *fail)
{
    char name[96];
    char hex[DIGEST_HEX_SIZE];
    uint8_t sum[DIGEST_SIZE];
    (void)snprintf(name, sizeof name, "tables/%s-%05zu.parquet", p->table->name,
                   json_array_size(p->files));
    uint32_t rows = parquet_part_rows(p->part);
    bytes_clear(&p->file);
    int code = parquet_part_finish(p->part, NULL, 0, &p->file, &p->digest, fail);
    code = code < 0 ? code : relabel_write(p->r, name, p->file.data, p->file.size, fail);
    digest_block(p->file.data, p->file.size, sum);
    digest_hex(sum, hex);
    json_array_append_new(p->files, json_pack("{s:s, s:I, s:I, s:s}", "path", name, "bytes",
                                              (json_int_t)p->file.size, "rows",
                                              (json_int_t)rows, "sha256", hex));
    return code;
}

static int walk(struct pass *p, struct fail *fail)
{
    int code;
    folder_scan_open(&p->scan, &p->r->from, p->table->name, p->reader.names);
    while ((code = folder_scan_next(&p->scan, fail)) == 1) {
        code = tablerow_read(&p->reader, p->table, &p->scan, fail);
        if (code == 0 && p->table == &table_label) {
            label_row_anew(p);
        } else if (code == 0) {
            code = judge_row(p, fail);
        }
        code = code < 0 ? code : parquet_part_add(p->part, p->reader.row, fail);
        p->rows += code == 0;
        if (code == 0 && parquet_part_full(p->part)) {
            code = write_part(p, fail);
        }
        if (code < 0) {
            break;
        }
    }
    folder_scan_close(&p->scan);
    if (code == 0 && (parquet_part_rows(p->part) > 0 || json_array_size(p->files) == 0)) {
        code = write_part(p, fail);
    }
    return code;
}

static int rewrite(struct relabel *r, const struct table *table, struct fail *fail)
{
    struct pass *p = calloc(1, sizeof *p);
    int code = p ? parquet_part_new(&p->part, table, fail)
                 : fail_set(fail, RESULT_MEMORY, "out of memory");
    if (code == 0) {
        p->r = r;
        p->table = table;
        p->files = json_array();
        digest_init(&p->digest);
        tablerow_init(&p->reader, table);
        code = walk(p, fail);
    }
    if (code == 0) {
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_finish(&p->digest, sum);
        digest_hex(sum, hex);
        json_object_set_new(r->tables, table->name,
                            json_pack("{s:I, s:s, s:O}", "rows", (json_int_t)p->rows,
                                      "content_sha256", hex, "files", p->files));
    }
    if (p) {
        parquet_part_free(p->part);
        tablerow_close(&p->reader);
        bytes_close(&p->file);
        json_decref(p->files);
    }
    free(p);
    return code;
}

static int copy(struct relabel *r, const struct table *table, struct fail *fail)
{
    size_t i;
    json_t *entry;
    int code = 0;
    json_array_foreach(json_object_get(folder_table(&r->from, table->name), "files"), i,
                       entry)
    {
        struct bytes data = {0};
        const char *name = json_string_value(json_object_get(entry, "path"));
        code = code < 0 ? code : folder_read(&r->from, name ? name : "", &data, fail);
        code = code < 0 ? code : relabel_write(r, name, data.data, data.size, fail);
        bytes_close(&data);
    }
    return code;
}

/* A table that some changed axis has a column in. */
static bool touched(const struct relabel *r, const struct table *table)
{
    bool any = table == &table_label && r->tax.any;
    any = any || (table == &table_reception && r->tax.axes[AXIS_COM_FATE].changed);
    for (size_t i = 0; i < rerule_column_count; i++) {
        any = any || (strcmp(rerule_columns[i].table, table->name) == 0 &&
                      r->tax.axes[rerule_columns[i].axis].changed);
    }
    return any;
}

int relabel_tables(struct relabel *r, struct fail *fail)
{
    int code = 0;
    r->tables = json_deep_copy(json_object_get(r->from.manifest, "tables"));
    for (int pass = 0; pass < 2 && code == 0; pass++) { /* labels follow the others */
        for (int i = 0; i < records_table_count && code == 0; i++) {
            const struct table *table = records_tables[i];
            bool turn = (table == &table_label) == (pass == 1);
            if (turn && folder_table(&r->from, table->name)) {
                code = touched(r, table) ? rewrite(r, table, fail) : copy(r, table, fail);
            }
        }
        if (pass == 0 && r->subject_count > 0) {
            qsort(r->subjects, r->subject_count, sizeof *r->subjects, by_key);
        }
    }
    return code;
}

void relabel_close(struct relabel *r)
{
    free(r->subjects);
    json_decref(r->tables);
    folder_close(&r->from);
}
