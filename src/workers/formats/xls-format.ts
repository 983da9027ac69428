/**
 * Owns workbooks of Excel 5 to 2003: converted by LibreOffice and read as what it makes of them. Refuses: reading their own format.
 */
import type { Block } from '../../shared/work'
import type { Format } from './format'
import { convertOffice } from './legacy-office'
import { xlsxFormat } from './xlsx-format'

export const xlsFormat: Format = {
  kind: 'xls',
  extensions: ['xls', 'xlt'],
  detect: ({ signature }) => (signature === 'xls' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    yield* convertOffice(item, { from: 'xls', to: 'xlsx' }, context, (made) => xlsxFormat.extract(made, context))
  },
}
