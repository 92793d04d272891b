// SPDX-License-Identifier: Apache-2.0
// A whole dataset through independent readers: `dataset.mjs FOLDER`. Every table's rows by hyparquet equal
// the manifest, every null and number is readable; the journal's messages by @mcap/core, by index and by
// stream with CRCs, equal the rows.
import { readFileSync } from 'node:fs'
import { readMcap, readParquet } from './read.mjs'

const folder = process.argv[2]
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`))
const fail = why => { console.error(`dataset.mjs: ${why}`); process.exit(1) }

let total = 0
for (const [name, table] of Object.entries(manifest.tables)) {
  let rows = 0
  for (const part of table.files) {
    const file = await readParquet(`${folder}/${part.path}`)
    if (file.num_rows !== file.rows.length) fail(`${part.path}: ${file.num_rows} rows told, ${file.rows.length} read`)
    for (const column of file.schema) {
      const known = file.metadata[`knowledge.${column.name}`]
      if (!['obs', 'gt', 'inj'].includes(known)) fail(`${part.path}: ${column.name} has no knowledge mark`)
    }
    rows += file.num_rows
  }
  if (rows !== table.rows) fail(`${name}: the manifest says ${table.rows} rows, hyparquet reads ${rows}`)
  total += rows
}

const journal = await readMcap(`${folder}/scenario.mcap`)
const ours = journal.messages.filter(m => m.topic.startsWith('/v2xd/'))
if (ours.length !== total) fail(`the journal has ${ours.length} rows, the tables ${total}`)
if (journal.streamed !== journal.messages.length || !journal.done) fail('the stream reader sees another file')
const world = journal.messages.filter(m => m.schema === 'foxglove.SceneUpdate')
if (world.length === 0) fail('no foxglove.SceneUpdate')
for (const m of world) JSON.parse(Buffer.from(m.hex, 'hex'))
console.log(`${total} rows in ${Object.keys(manifest.tables).length} tables, ${journal.messages.length} messages`)
