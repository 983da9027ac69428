// Unit tests of the file that the settings of a collection are exported to.
import { describe, expect, it } from 'vitest'
import { readCollectionFile, settingsOf, writeCollectionFile } from '../../../src/shared/collection-settings'
import type { Collection } from '../../../src/shared/domain'
import { AppError } from '../../../src/shared/errors'

const letters: Collection = {
  id: '7',
  name: 'رسائل 家书 💌',
  createdAt: '2026-01-02T03:04:05.000Z',
  documents: 12,
  chunks: 30,
  pendingVectors: 0,
  bytes: 400,
  weight: 2,
  tasksPerMinute: 0,
  ignores: ['*.tmp', 'drafts/**'],
  summaries: 'extractive',
  scans: 'vision',
  figures: 'off',
  color: 'teal',
  model: { ref: 'local', id: 'use-4', dimensions: 512 },
}

const codeOf = (text: string): { code: string; message: string } => {
  try {
    readCollectionFile(text, 'letters.json')
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message }
    throw thrown
  }
  throw new Error('was read')
}

describe('a file of the settings of a collection', () => {
  it('says all that can be chosen, and is read as it was written', () => {
    const read = readCollectionFile(writeCollectionFile(letters), 'letters.json')
    expect(read).toEqual({ sluiceCollection: 1, name: letters.name, settings: settingsOf(letters) })
    expect(read.settings).toEqual({
      color: 'teal',
      weight: 2,
      tasksPerMinute: 0,
      ignores: ['*.tmp', 'drafts/**'],
      summaries: 'extractive',
      scans: 'vision',
      figures: 'off',
      model: 'local',
    })
  })

  it('holds nothing of its documents', () => {
    const text = writeCollectionFile(letters)
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['sluiceCollection', 'name', 'settings'])
  })

  it('may leave out what is to be as usual, and begin as editors of Windows begin files', () => {
    const text = '\uFEFF{"sluiceCollection": 1, "name": "plain", "settings": {}}'
    expect(readCollectionFile(text, 'f')).toEqual({ sluiceCollection: 1, name: 'plain', settings: {} })
  })

  it.each([
    ['is cut off', writeCollectionFile(letters).slice(0, -9), 'it is not JSON'],
    ['is something else', '{"name": "letters"}', 'does not say that it is one'],
    ['is a number', '4', 'does not say that it is one'],
    ['is of version 0', '{"sluiceCollection": 0, "name": "a", "settings": {}}', 'does not say that it is one'],
    ['has no name', '{"sluiceCollection": 1, "name": " ", "settings": {}}', 'name'],
    ['has a color that is none', '{"sluiceCollection": 1, "name": "a", "settings": {"color": "loud"}}', 'color'],
    ['has a word that is not known', '{"sluiceCollection": 1, "name": "a", "settings": {"colour": "red"}}', 'colour'],
    ['has a weight of nothing', '{"sluiceCollection": 1, "name": "a", "settings": {"weight": 0}}', 'weight'],
  ])('that %s is refused with the reason', (_what, text, reason) => {
    const { code, message } = codeOf(text)
    expect(code).toBe('COLLECTION_FILE_INVALID')
    expect(message).toContain('letters.json')
    expect(message).toContain(reason)
  })

  it('of a newer version is not guessed at', () => {
    const { code, message } = codeOf('{"sluiceCollection": 2, "name": "a", "shape": "new"}')
    expect(code).toBe('COLLECTION_FILE_NEWER')
    expect(message).toContain('newer version')
  })
})
