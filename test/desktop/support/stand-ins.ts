// Owns what the tests put in the place of the system's own dialogs and programs, which no test can click on.
import type { ElectronApplication } from '@playwright/test'

export type ShellCall = { readonly verb: 'open' | 'reveal'; readonly path: string }

/** Records what the app would have opened or shown; returns how to read it. */
export const recordShell = async (app: ElectronApplication): Promise<() => Promise<ShellCall[]>> => {
  await app.evaluate(({ shell }) => {
    const calls: { verb: string; path: string }[] = []
    Object.assign(globalThis, { recordedShellCalls: calls })
    shell.openPath = (path) => {
      calls.push({ verb: 'open', path })
      return Promise.resolve('')
    }
    shell.showItemInFolder = (path) => {
      calls.push({ verb: 'reveal', path })
    }
  })
  return () => app.evaluate(() => (globalThis as unknown as { recordedShellCalls: ShellCall[] }).recordedShellCalls)
}

/** The next dialogs answer with these paths at once. */
export const answerDialogs = async (
  app: ElectronApplication,
  answers: { readonly open?: readonly string[]; readonly save?: string },
): Promise<void> => {
  await app.evaluate(({ dialog }, { open, save }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: open === undefined, filePaths: [...(open ?? [])] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: save === undefined, filePath: save ?? '' })
  }, answers)
}

/** From now on this call of the page is answered with `reply`, by name; `null` takes that back. */
export const answerCall = async (app: ElectronApplication, name: string, reply: unknown): Promise<void> => {
  await app.evaluate(
    ({ ipcMain }, asked) => {
      type Handler = (event: unknown, name: string, params: unknown) => unknown
      const state = globalThis as unknown as { standInReplies?: Map<string, unknown> }
      const replies = state.standInReplies ?? new Map<string, unknown>()
      if (asked.reply === null) replies.delete(asked.name)
      else replies.set(asked.name, asked.reply)
      if (state.standInReplies !== undefined) return
      state.standInReplies = replies
      const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers
      for (const channel of ['sluice:call', 'sluice:app']) {
        const before = handlers.get(channel)
        handlers.set(channel, (event, called, params) => replies.get(called) ?? before?.(event, called, params))
      }
    },
    { name, reply },
  )
}
