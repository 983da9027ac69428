import { describe, expect, it } from 'vitest'
import { createGate } from '../../../src/main/ingest/gate'
import { createQuiet } from '../../../src/main/ingest/quiet'

const idle = { expand: 0, extract: 0, ocr: 0, vision: 0, embed: 0, summarize: 0 }

const make = () => {
  const timers: (() => void)[] = []
  const setTimer = (_ms: number, fire: () => void) => {
    timers.push(fire)
    return () => undefined
  }
  const running = { ...idle }
  const seen: string[] = []
  const gate = createGate({ busy: () => false, setTimer })
  const queue = {
    pauseClaims: () => seen.push('paused'),
    status: () => ({ running, claiming: false }) as never,
  }
  const quiet = createQuiet({ queue, gate, resume: () => seen.push('resumed'), setTimer })
  /** Time goes on. */
  const tick = async (): Promise<void> => {
    for (const fire of timers.splice(0)) fire()
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return { gate, quiet, running, seen, tick }
}

describe('quiet times', () => {
  it('wait for what reads and writes, and let claims go on afterwards', async () => {
    const { quiet, running, seen, tick } = make()
    running.extract = 1
    const during = quiet.during(async () => seen.push('quiet'))
    await tick()
    expect(seen).toEqual(['paused'])
    running.extract = 0
    await tick()
    await during
    expect(seen).toEqual(['paused', 'quiet', 'resumed'])
  })

  it('do not wait for pictures that are being read, but for what is being stored of them', async () => {
    const { gate, quiet, running, seen, tick } = make()
    running.ocr = 1
    let stored = (): void => undefined
    const first = gate.write(new AbortController().signal, () => new Promise<void>((resolve) => (stored = resolve)))
    await tick()
    const during = quiet.during(async () => {
      const second = gate.write(new AbortController().signal, async () => seen.push('stored later'))
      seen.push('quiet')
      return second
    })
    await tick()
    expect(seen).toEqual(['paused'])
    stored()
    await first
    await tick()
    const later = await Promise.race([during.then(() => 'over'), tick().then(() => 'still quiet')])
    // What comes while it is quiet waits for its end: this one, waited for in the quiet time itself, would wait for ever.
    expect([later, seen]).toEqual(['still quiet', ['paused', 'quiet']])
  })

  it('wait for every batch of vectors to rest between two rounds, whatever else waits', async () => {
    const { gate, quiet, running, seen, tick } = make()
    running.embed = 2
    const { signal } = new AbortController()
    const leaves = [gate.join(), gate.join()]
    const during = quiet.during(async () => seen.push('quiet'))
    const first = gate.pass(signal)
    await tick()
    expect(seen).toEqual(['paused'])
    const second = gate.pass(signal)
    await tick()
    await during
    expect(seen).toEqual(['paused', 'quiet', 'resumed'])
    await tick()
    await Promise.all([first, second])
    for (const leave of leaves) leave()
  })
})
