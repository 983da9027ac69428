// Owns judging the page by axe. Refuses: what is minor; a serious or critical violation is one too many.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** The serious and critical violations of what is shown now, each in a line. */
export const judge = async (page: Page): Promise<string[]> => {
  // Legacy mode: the other one opens a page of its own, which the app rightly denies.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}
