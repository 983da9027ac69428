// What `stats` and `ledger` answer as JSON has the fields that docs/dashboard.md describes, all of them and no others.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ledgerSchema, type Ledger } from '../../../src/shared/ledger'
import { metricHistorySchema, metricsNowSchema, type MetricHistory, type MetricsNow } from '../../../src/shared/metrics'
import { hostNames } from '../../../src/shared/workers'
import { run, runJson } from './support/command'

let root = ''
let dataDir = ''
let server: Server

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-figures-'))
  dataDir = join(root, 'data')
  server = createServer((_request, response) => response.writeHead(404, { connection: 'close' }).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(root, { recursive: true, force: true })
})

/** Every field of an answer, by its place: `hosts[].port`. */
const fieldsOf = (value: unknown, place = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${place}[]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [`${place}.${name}`, ...fieldsOf(inner, `${place}.${name}`)])
}

/** The examples of the page, without their comments. */
const examples = (): unknown[] => {
  const page = readFileSync('docs/dashboard.md', 'utf8')
  const [, block = ''] = /```jsonc\r?\n([\s\S]*?)```/.exec(page) ?? []
  const bare = block
    .split(/\r?\n/)
    .map((line) => line.replace(/\s*\/\/ .*$/, ''))
    .join('\n')
  return bare
    .split(/^(?=\{)/m)
    .filter((text) => text.trim() !== '')
    .map((text): unknown => JSON.parse(text))
}

it('stats has what stands now and what was measured, with the fields of the page', async () => {
  const added = ['providers', 'add', 'lab', '--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`]
  expect((await run(dataDir, [...added, '--chat-model', 'm', '--chat', '--field', 'needsKey=false'])).stderr).toBe('')
  const { code, value } = await runJson<{ now: MetricsNow; history: MetricHistory }>(dataDir, ['stats'])
  expect(code).toBe(0)
  expect(metricsNowSchema.parse(value.now)).toEqual(value.now)
  expect(metricHistorySchema.parse(value.history)).toEqual(value.history)
  expect(value.now.memory.hosts.map(({ host }) => host)).toEqual([...hostNames])
  expect(value.now.providers.map(({ name }) => name)).toEqual(['lab'])
  const [example] = examples()
  const shown = new Set(fieldsOf(example))
  expect(fieldsOf(value).filter((field) => !shown.has(field))).toEqual([])
  // What was not measured yet has no series; all the rest of the page is there.
  const given = new Set(fieldsOf(value))
  expect([...shown].filter((field) => !given.has(field) && !field.startsWith('.history.series[]'))).toEqual([])
})

it('ledger names each request and each host, with the fields of the page', async () => {
  await run(dataDir, ['providers', 'test', 'lab'])
  const { code, value } = await runJson<Ledger>(dataDir, ['ledger'])
  expect(code).toBe(0)
  expect(ledgerSchema.parse(value)).toEqual(value)
  expect(value.sent).toBe(0)
  expect(value.sentLocally).toBeGreaterThan(0)
  expect(value.connections).toHaveLength(value.total)
  expect(value.hosts).toMatchObject([{ host: '127.0.0.1', isLocal: true, provider: 'lab' }])
  const [, example] = examples()
  expect(new Set(fieldsOf(value))).toEqual(new Set(fieldsOf(example)))
  expect((await runJson<Ledger>(dataDir, ['ledger', '--limit', '1'])).value.connections).toHaveLength(1)
})

it('the examples of the page are answers themselves', () => {
  const [stats, ledger] = examples() as [{ now: unknown; history: unknown }, unknown]
  expect(metricsNowSchema.parse(stats.now)).toEqual(stats.now)
  expect(metricHistorySchema.parse(stats.history)).toEqual(stats.history)
  expect(ledgerSchema.parse(ledger)).toEqual(ledger)
})
