import { describe, expect, it } from 'vitest'
import { Shortcut, type ShortcutRegistrar } from '../../../src/main/app/shortcut'

const makeSystem = (taken: readonly string[] = []) => {
  const held = new Map<string, () => void>()
  const registrar: ShortcutRegistrar = {
    register: (accelerator, onPress) => {
      if (accelerator.endsWith('Nonsense')) throw new TypeError('conversion failure')
      if (taken.includes(accelerator)) return false
      held.set(accelerator, onPress)
      return true
    },
    unregister: (accelerator) => held.delete(accelerator),
  }
  const problems: string[] = []
  let presses = 0
  const onPress = (): void => {
    presses += 1
  }
  const make = (given: ShortcutRegistrar | null = registrar) =>
    new Shortcut({ registrar: given, onPress, onProblem: (problem) => problems.push(problem) })
  return { held, problems, make, presses: () => presses }
}

describe('the shortcut from anywhere', () => {
  it('works, is changed, and is given back', () => {
    const system = makeSystem()
    const shortcut = system.make()
    shortcut.use('Control+Shift+Space')
    system.held.get('Control+Shift+Space')?.()
    expect(system.presses()).toBe(1)
    expect(shortcut.state()).toEqual({ accelerator: 'Control+Shift+Space', active: true, problem: null })
    shortcut.use('Alt+K')
    expect([...system.held.keys()]).toEqual(['Alt+K'])
    shortcut.use(null)
    expect(system.held.size).toBe(0)
    expect(shortcut.state()).toEqual({ accelerator: null, active: false, problem: null })
  })

  it('says when another program has it, and when it is none', () => {
    const system = makeSystem(['Control+Shift+Space'])
    const shortcut = system.make()
    for (const accelerator of ['Control+Shift+Space', 'Control+Nonsense', 'K', 'Shift+K']) {
      shortcut.use(accelerator)
      expect(shortcut.state()).toMatchObject({ accelerator, active: false })
      expect(shortcut.state().problem).toContain(accelerator)
    }
    expect(system.problems).toHaveLength(4)
    expect(system.held.size).toBe(0)
  })

  it('is not taken from a system that is not given', () => {
    const system = makeSystem()
    const shortcut = system.make(null)
    shortcut.use('Control+Shift+Space')
    expect(shortcut.state()).toEqual({ accelerator: 'Control+Shift+Space', active: false, problem: null })
    expect(system.problems).toEqual([])
  })
})
