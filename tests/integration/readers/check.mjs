// SPDX-License-Identifier: Apache-2.0
// Compares what independent readers see with what was meant: `check.mjs DIRECTORY`, as
// write_samples left it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { plain, readMcap, readParquet } from './read.mjs'

const dir = process.argv[2]
const columns = ['scenario_id', 'uid', 't_ns', 'signed_value', 'count', 'ratio', 'x_m', 'flag', 'kind',
  'cause', 'label', 'payload']
const numeric = new Set(['ratio', 'x_m'])
// hyparquet, told to leave octets alone, gives texts by their annotation and blobs as octets.
let cells = 0
for (const n of [0, 1, 7, 1000, 65536]) {
  const want = JSON.parse(readFileSync(`${dir}/${n}.json`, 'utf8'))
  const got = await readParquet(`${dir}/${n}.parquet`)
  assert.equal(got.num_rows, n)
  assert.equal(got.rows.length, n)
  assert.deepEqual(got.schema.map(c => c.name), columns)
  assert.equal(got.metadata['v2xd.schema'], '1')
  assert.equal(got.metadata['knowledge.uid'], 'obs')
  assert.equal(got.metadata['knowledge.x_m'], 'gt')
  assert.equal(got.metadata['knowledge.cause'], 'inj')
  assert.equal(got.metadata['unit.x_m'], 'm')
  assert.equal(got.metadata['quantum.x_m'], '0.1')
  assert.equal(got.metadata['doc.t_ns'], 'a stamp')
  for (let i = 0; i < n; i++) {
    columns.forEach((name, c) => {
      const expected = want.rows[i][c]
      const value = plain(got.rows[i][name])
      cells++
      if (expected !== null && numeric.has(name)) assert.equal(Number(value), Number(expected), `${n} row ${i} ${name}`)
      else assert.equal(value, expected, `${n} row ${i} ${name}`)
    })
  }
}
const mcap = await readMcap(`${dir}/journal.mcap`)
assert.equal(mcap.messages.length, 300)
assert.equal(mcap.streamed, 300)
assert.ok(mcap.done)
assert.deepEqual(mcap.metadata, { 'v2xd.manifest': { a: '1', b: '2' } })
assert.deepEqual(mcap.attachments, { 'taxonomy.json': '{}' })
assert.equal(mcap.statistics.messages, '300')
assert.equal(mcap.statistics.chunks, mcap.chunk_indexes)
assert.equal(mcap.statistics.chunks, 30) // 100 ms and a nanosecond apart, cut at 1 s
mcap.messages.forEach((m, i) => {
  const t = 1780315200000000789n + BigInt(i) * 100000001n
  assert.equal(m.log, String(t))
  assert.equal(m.publish, String(t - 20000000n))
  assert.equal(m.topic, i % 2 ? '/log' : '/sample')
  assert.equal(m.schema, i % 2 ? 'foxglove.Log' : 'v2xd.Sample')
  assert.equal(m.sequence, i >> 1)
  if (i % 2) assert.deepEqual(JSON.parse(Buffer.from(m.hex, 'hex').toString()), { i })
})
console.log(`${cells} cells and ${mcap.messages.length} messages are as written`)
