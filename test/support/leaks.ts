// Fails a test file that leaves a child process or a worker thread behind. Refuses to wait for them for long: whoever starts one ends it.
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, readdirSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { afterAll, expect } from 'vitest'

const GRACE_MS = 5_000
const POLL_MS = 50

const threads = new Set<Worker>()
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker }
  threads.add(worker)
  worker.once('exit', () => threads.delete(worker))
})

// What tests start inherits this mark, and keeps it when its parent dies and it is adopted.
const mark = `SLUICE_TEST_FILE=${process.pid}-${Date.now()}`
const [markName = '', markValue = ''] = mark.split('=')
process.env[markName] = markValue

// Threads, hosts and commands report which of their lines ran; this process's own coverage is the test runner's.
const coverageDir = process.env['SLUICE_TEST_V8_COVERAGE']
if (coverageDir !== undefined) process.env['NODE_V8_COVERAGE'] = coverageDir

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It ended while we looked, or it is not ours to read.
    return ''
  }
}

function isLeftOver(pid: string): boolean {
  // pid (name) state ppid …; the name may hold spaces and parentheses.
  const [state, parent] = readProcess(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
  if (state === undefined || state === '' || state === 'Z') return false
  return parent === String(process.pid) || readProcess(pid, 'environ').split('\0').includes(mark)
}

/** Commands of the processes this file started that still run. Linux only: elsewhere the same tests run, without this check. */
function listProcesses(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isLeftOver(name))
    .map((pid) => `process ${pid}: ${readProcess(pid, 'cmdline').replaceAll('\0', ' ').trim()}`)
}

const listLeaks = (): string[] => [...listProcesses(), ...[...threads].map((thread) => `thread ${thread.threadId}`)]

afterAll(async () => {
  const deadline = Date.now() + GRACE_MS
  while (listLeaks().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  expect(listLeaks(), 'processes and threads left behind by this file').toEqual([])
}, GRACE_MS + 5_000)
