// Owns judging the page by axe. Refuses: what is minor; a serious or critical violation is one too many.
import { AxeBuilder } from '@axe-core/playwright'
import { endAnimations } from './screenshots'
import type { Page } from '@playwright/test'

/** What fades in or out while it is judged has less contrast than what stands there: a fault is one that is seen again. */
const LOOKS = 3

const look = async (page: Page): Promise<string[]> => {
  await endAnimations(page)
  // Legacy mode: the other one opens a page of its own, which the app rightly denies.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** The serious and critical violations of what is shown now, each in a line. */
export const judge = async (page: Page): Promise<string[]> => {
  let found = await look(page)
  for (let looks = 1; found.length > 0 && looks < LOOKS; looks += 1) found = await look(page)
  return found
}
