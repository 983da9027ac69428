// Owns dropping real files on the real window, through the input events of Chromium: what the page gets are files with paths on disk.
import type { CDPSession, Page } from '@playwright/test'

type DragStep = 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel'

const send = async (cdp: CDPSession, type: DragStep, files: readonly string[]): Promise<void> => {
  await cdp.send('Input.dispatchDragEvent', {
    type,
    x: 640,
    y: 420,
    data: { items: [], files: [...files], dragOperationsMask: 1 },
  })
}

/** Drags files over the window without dropping them; `finish` drops, `leave` takes them away again. */
export const dragFiles = async (
  page: Page,
  files: readonly string[],
): Promise<{ readonly drop: () => Promise<void>; readonly leave: () => Promise<void> }> => {
  const cdp = await page.context().newCDPSession(page)
  await send(cdp, 'dragEnter', files)
  await send(cdp, 'dragOver', files)
  // What shows where it goes is under the pointer now: it is what has to take the drop.
  await send(cdp, 'dragOver', files)
  const end = async (step: DragStep): Promise<void> => {
    await send(cdp, step, files)
    await cdp.detach()
  }
  const leave = async (): Promise<void> => {
    await end('dragCancel')
    // The pointer is the page's again.
    await page.mouse.move(600, 400)
    await page.mouse.move(610, 410)
  }
  return { drop: () => end('drop'), leave }
}

/** Drops files, folders or archives on the window. */
export const dropFiles = async (page: Page, files: readonly string[]): Promise<void> => {
  const drag = await dragFiles(page, files)
  await drag.drop()
}
