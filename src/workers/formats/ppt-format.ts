/**
 * Owns presentations of PowerPoint 97 to 2003: converted by LibreOffice and read as what it makes of them. Refuses: reading their own format.
 */
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import type { Format } from './format'
import { convertOffice } from './legacy-office'
import { openOleFile } from './ole-file'
import { pptxFormat } from './pptx-format'

/** How the stream about the current user begins when a password is needed: [MS-PPT] 2.3.2. */
const ENCRYPTED_TOKEN = 0xf3d1c4df
const TOKEN_AT = 12

export const pptFormat: Format = {
  kind: 'ppt',
  extensions: ['ppt', 'pps', 'pot'],
  detect: ({ signature }) => (signature === 'ppt' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const file = await openOleFile(item)
    if (!file.read('PowerPoint Document'))
      throw new AppError('DOCUMENT_CORRUPT', { reason: 'its main part is missing' })
    const user = file.read('Current User')
    if (user && user.length >= TOKEN_AT + 4 && user.readUInt32LE(TOKEN_AT) === ENCRYPTED_TOKEN)
      throw new AppError('DOCUMENT_ENCRYPTED')
    yield* convertOffice(item, { from: 'ppt', to: 'pptx', filter: 'MS PowerPoint 97' }, context, (made) =>
      pptxFormat.extract(made, context),
    )
  },
}
