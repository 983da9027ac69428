// Owns the small folders that pass every boundary of the pipeline: one for each run, none like another. Refuses: anything large.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { forgeZip } from '../../../support/zip-forge'

const PICTURE = resolve(__dirname, '../../../fixtures/ocr/lighthouse.pbm')

/** Beside the usual: a text of more passages than one transaction takes, a picture of text, an archive that a person must allow. */
export type Extra = 'long' | 'picture' | 'large'

/** More than 200 passages: some are stored before the last are known. */
const LONG_SECTIONS = 450
/** Above `archive.confirmBytes` as these tests set it. */
export const CONFIRM_BYTES = 2_000
const LARGE_BYTES = 3_000

const words = 'ferry mill orchard lantern kettle marsh ladder beacon anchor willow harbor saddle'.split(' ')

/** Text that packs badly, so that no ratio is suspicious. */
const makeLarge = (n: number): string => {
  let state = n
  const pick = (): string => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return `${words[state % words.length] ?? ''}${state.toString(36)}`
  }
  let text = ''
  while (text.length < LARGE_BYTES) text += `${pick()} `
  return text
}

/** Sections that are the same in every run, so that their vectors are known from the first one. */
const makeLong = (n: number): string =>
  `# Long way ${n}\n\n${Array.from({ length: LONG_SECTIONS }, (_, at) => `## Stop ${at}\n\n${`The ${words[at % words.length] ?? ''} of stop ${at} stands beside the ${words[(at * 5) % words.length] ?? ''} until noon. `.repeat(3)}`).join('\n\n')}\n`

/** Writes run number `n` into `folder`; every document of it is found by its path, but for `broken.pdf`, which nobody can read. */
export const writeInput = (folder: string, n: number, extras: readonly Extra[] = []): void => {
  const note = `Note number ${n}: the ferry leaves at ${n} past noon.`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'note.txt'), note)
  writeFileSync(join(folder, 'twin.txt'), note)
  writeFileSync(join(folder, 'pair.zip'), forgeZip([{ name: 'letter.txt', data: `Letter ${n} from the mill.` }]))
  writeFileSync(join(folder, 'hidden.txt'), forgeZip([{ name: 'within.txt', data: `Within ${n} hides a lantern.` }]))
  writeFileSync(join(folder, 'plain.zip'), `Plain words ${n}, called an archive.`)
  writeFileSync(join(folder, 'broken.pdf'), `%PDF-1.7\nnothing that could be read, ${n}\n%%EOF`)
  if (extras.includes('long')) writeFileSync(join(folder, 'long.md'), makeLong(n))
  if (extras.includes('picture')) {
    // A comment makes other bytes of the same picture.
    const picture = readFileSync(PICTURE)
    const at = picture.indexOf(0x0a) + 1
    const comment = Buffer.from(`# number ${n}\n`)
    writeFileSync(join(folder, 'picture.pbm'), Buffer.concat([picture.subarray(0, at), comment, picture.subarray(at)]))
  }
  if (extras.includes('large'))
    writeFileSync(join(folder, 'large.zip'), forgeZip([{ name: 'large.txt', data: makeLarge(n) }]))
}

/** Another text where one was found before: that version goes. */
export const changeInput = (folder: string, words: string): void => {
  writeFileSync(join(folder, 'note.txt'), `This note was written anew, ${words}: no ferry today.`)
  copyFileSync(join(folder, 'note.txt'), join(folder, 'twin.txt'))
}

/** Paths in a folder of this name that must be found in the end, and those that must fail. */
export const pathsOf = (name: string, extras: readonly Extra[] = []): { found: string[]; failed: string[] } => ({
  found: [
    'note.txt',
    'twin.txt',
    'pair.zip!/letter.txt',
    'hidden.txt!/within.txt',
    'plain.zip',
    ...(extras.includes('long') ? ['long.md'] : []),
    ...(extras.includes('picture') ? ['picture.pbm'] : []),
    ...(extras.includes('large') ? ['large.zip!/large.txt'] : []),
  ].map((path) => `${name}/${path}`),
  failed: [`${name}/broken.pdf`],
})
