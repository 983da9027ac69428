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
