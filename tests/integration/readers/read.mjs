// SPDX-License-Identifier: Apache-2.0
// Prints what independent readers see in our files, as JSON: `read.mjs FILE...` for .parquet
// (columns, rows, metadata) and .mcap (summary, and the messages read by index and by stream).
import { readFileSync } from 'node:fs'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors, decompressZstd } from 'hyparquet-compressors'
import { McapIndexedReader, McapStreamReader } from '@mcap/core'

const handlers = { zstd: (data, size) => decompressZstd(data, new Uint8Array(Number(size))) }

export function plain(value) {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return String(value)
}

export async function readParquet(path) {
  const data = readFileSync(path)
  const file = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
  const metadata = parquetMetadata(file)
  const rows = await parquetReadObjects({ file, metadata, compressors, utf8: false })
  return {
    num_rows: Number(metadata.num_rows),
    schema: metadata.schema.slice(1),
    metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(p => [p.key, p.value])),
    rows,
  }
}

export async function readMcap(path) {
  const data = readFileSync(path)
  const readable = {
    size: async () => BigInt(data.length),
    read: async (offset, length) =>
      new Uint8Array(data.buffer, data.byteOffset + Number(offset), Number(length)),
  }
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: handlers })
  const out = { messages: [], metadata: {}, attachments: {}, streamed: 0 }
  for await (const m of reader.readMessages()) {
    const channel = reader.channelsById.get(m.channelId)
    out.messages.push({ topic: channel.topic, schema: reader.schemasById.get(channel.schemaId)?.name,
      sequence: m.sequence, log: String(m.logTime), publish: String(m.publishTime),
      hex: Buffer.from(m.data).toString('hex') })
  }
  for await (const m of reader.readMetadata()) out.metadata[m.name] = Object.fromEntries(m.metadata)
  for await (const a of reader.readAttachments()) out.attachments[a.name] = Buffer.from(a.data).toString()
  const s = reader.statistics
  out.statistics = { messages: String(s.messageCount), chunks: s.chunkCount, channels: s.channelCount,
    schemas: s.schemaCount, start: String(s.messageStartTime), end: String(s.messageEndTime) }
  out.chunk_indexes = reader.chunkIndexes.length
  const stream = new McapStreamReader({ decompressHandlers: handlers, validateCrcs: true })
  stream.append(data)
  for (let r; (r = stream.nextRecord());) if (r.type === 'Message') out.streamed++
  out.done = stream.done()
  return out
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const path of process.argv.slice(2)) {
    const got = path.endsWith('.mcap') ? await readMcap(path) : await readParquet(path)
    console.log(JSON.stringify(got, (_, v) =>
      typeof v === 'bigint' ? String(v) : v instanceof Uint8Array ? plain(v) : v))
  }
}
