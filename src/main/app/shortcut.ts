/**
 * Owns the one shortcut that works while other programs have the focus: registers it, and says when the system does not give it.
 * Refuses: Electron (what registers is passed in), and failing: without a shortcut the app is the same.
 */
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

const describe = (accelerator: string, registrar: ShortcutRegistrar, onPress: () => void): string | null => {
  if (!HELD_WITH.test(accelerator)) return `${accelerator} is not a shortcut: hold Ctrl, Alt or the like with a key.`
  try {
    return registrar.register(accelerator, onPress)
      ? null
      : `${accelerator} is not available: another program uses it, or the system does not allow it.`
  } catch (thrown) {
    // What it says names parameters of Electron; the log has it.
    return `${accelerator} is not a shortcut (${thrown instanceof Error ? thrown.message : String(thrown)}).`
  }
}

/** A class because it owns what is registered with the system. */
export class Shortcut {
  private accelerator: string | null = null
  private problem: string | null = null
  private active = false

  constructor(private readonly options: ShortcutOptions) {}

  /** Which shortcut it is, whether it works, and if not why. */
  state(): ShortcutState {
    return { accelerator: this.accelerator, active: this.active, problem: this.problem }
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
    if (this.problem !== null) this.options.onProblem(this.problem)
  }

  close(): void {
    if (this.active && this.accelerator !== null) this.options.registrar?.unregister(this.accelerator)
    this.active = false
  }
}
