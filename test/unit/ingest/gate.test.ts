import { describe, expect, it } from 'vitest'
import { createGate } from '../../../src/main/ingest/gate'

const make = (busy: () => boolean) => {
  const ticks: (() => void)[] = []
  const gate = createGate({
    busy,
    setTimer: (_ms, fire) => {
      ticks.push(fire)
      return () => undefined
    },
  })
  const tick = async (): Promise<void> => {
    ticks.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { gate, tick }
}

describe('the gate', () => {
  it('lets through at once when nothing is in the way', async () => {
    const { gate } = make(() => false)
    await gate.pass(new AbortController().signal)
    expect(gate.waiting()).toBe(0)
  })

  it('holds while it is busy or shut, and opens after both', async () => {
    let busy = true
    let through = false
    const { gate, tick } = make(() => busy)
    const open = gate.shut()
    const passing = gate.pass(new AbortController().signal).then(() => (through = true))
    expect(gate.waiting()).toBe(1)
    busy = false
    await tick()
    expect(through).toBe(false)
    open()
    open()
    await tick()
    await passing
    expect(gate.waiting()).toBe(0)
  })

  it('lets an aborted one through, so that it can end', async () => {
    const { gate, tick } = make(() => true)
    const controller = new AbortController()
    const passing = gate.pass(controller.signal)
    controller.abort()
    await tick()
    await passing
    expect(gate.waiting()).toBe(0)
  })
})

describe('what is written at its turn', () => {
  const signal = new AbortController().signal

  it('waits while somebody needs it quiet, and counts as writing while it writes, not before', async () => {
    const { gate, tick } = make(() => true)
    let done = (): void => undefined
    const work = () => new Promise<void>((resolve) => (done = resolve))
    const open = gate.shut()
    const written = gate.write(signal, work)
    expect(gate.writing()).toBe(0)
    open()
    await tick()
    expect(gate.writing()).toBe(1)
    done()
    await written
    expect(gate.writing()).toBe(0)
  })

  it('ends as what is written ends, also when that fails', async () => {
    const { gate } = make(() => false)
    await expect(gate.write(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(gate.writing()).toBe(0)
  })
})
