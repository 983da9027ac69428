/**
 * Owns the one shortcut that works while other programs have the focus: registers it, and says when the system does not give it.
 * Refuses: Electron (what registers is passed in), and failing: without a shortcut the app is the same.
 */
import { remark, textOf, type Remark } from '../../shared/remarks'
import type { ShortcutState } from '../../shared/app-calls'

/** What the system offers; as Electron's `globalShortcut`. */
export type ShortcutRegistrar = {
  /** False when another program has it. Throws for what is no shortcut. */
  readonly register: (accelerator: string, onPress: () => void) => boolean
  readonly unregister: (accelerator: string) => void
}

type ShortcutOptions = {
  /** `null`: nothing is ever registered. */
  readonly registrar: ShortcutRegistrar | null
  readonly onPress: () => void
  readonly onProblem: (problem: string) => void
}

/** A key and at least one that is held with it: a plain letter would be taken from every other program. */
const HELD_WITH = /^((command|control|commandorcontrol|cmdorctrl|alt|option|altgr|super|meta)\+)+(shift\+)?[^+\s]+$/i

const describe = (accelerator: string, registrar: ShortcutRegistrar, onPress: () => void): Remark | null => {
  if (!HELD_WITH.test(accelerator)) return remark('SHORTCUT_ALONE', { accelerator })
  try {
    return registrar.register(accelerator, onPress) ? null : remark('SHORTCUT_TAKEN', { accelerator })
  } catch (thrown) {
    // What it says names parameters of Electron; the log has it.
    return remark('SHORTCUT_NONE', { accelerator, reason: thrown instanceof Error ? thrown.message : String(thrown) })
  }
}

/** A class because it owns what is registered with the system. */
export class Shortcut {
  private accelerator: string | null = null
  private problem: Remark | null = null
  private active = false

  constructor(private readonly options: ShortcutOptions) {}

  /** Which shortcut it is, whether it works, and if not why. */
  state(): ShortcutState {
    const { accelerator, active, problem } = this
    if (problem === null) return { accelerator, active, problem }
    return { accelerator, active, problem: textOf(problem), told: { problem } }
  }

  /** Gives the one before back and asks for this one; `null` for none. */
  use(accelerator: string | null): void {
    this.close()
    this.accelerator = accelerator
    this.problem = null
    const { registrar } = this.options
    if (accelerator === null || registrar === null) return
    this.problem = describe(accelerator, registrar, this.options.onPress)
    this.active = this.problem === null
    if (this.problem !== null) this.options.onProblem(textOf(this.problem))
  }

  close(): void {
    if (this.active && this.accelerator !== null) this.options.registrar?.unregister(this.accelerator)
    this.active = false
  }
}
