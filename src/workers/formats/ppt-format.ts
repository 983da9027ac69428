/**
 * Owns presentations of PowerPoint 97 to 2003: converted by LibreOffice and read as what it makes of them. Refuses: reading their own format.
 */
import type { Block } from '../../shared/work'
import type { Format } from './format'
import { convertOffice } from './legacy-office'
import { pptxFormat } from './pptx-format'

export const pptFormat: Format = {
  kind: 'ppt',
  extensions: ['ppt', 'pps', 'pot'],
  detect: ({ signature }) => (signature === 'ppt' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    yield* convertOffice(item, { from: 'ppt', to: 'pptx' }, context, (made) => pptxFormat.extract(made, context))
  },
}
