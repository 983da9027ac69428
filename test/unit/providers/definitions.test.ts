// The file of providers and the keys beside it: what is refused, what is kept, and that nothing of it stops anybody.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { parseDefinition, readDefinitions } from '../../../src/main/providers/definitions'
import {
  createFileVault,
  createKeys,
  hideKeys,
  keyFileOf,
  openVaults,
  sealedKeyFileOf,
} from '../../../src/main/providers/keys'
import { cutWindows, estimateTokens } from '../../../src/main/providers/text-windows'
import { makeTempDir } from '../../support/engine'

let dir: { path: string; remove: () => void }
beforeEach(() => {
  dir = makeTempDir('definitions')
})
afterEach(() => dir.remove())

const chat = { kind: 'openai', chatModel: 'm' }

describe('a definition', () => {
  it.each([
    ['an address without https', { ...chat, baseUrl: 'http://192.168.0.9/v1' }, /https/],
    ['a password in the address', { ...chat, baseUrl: 'https://me:secret@models.example/v1' }, /password/],
    ['another protocol', { ...chat, baseUrl: 'file:///etc/passwd' }, /baseUrl/],
    ['an unknown field', { ...chat, baseUrl: 'https://models.example/v1', apiKey: 'sk-1' }, /apiKey/],
    ['no model at all', { kind: 'openai', baseUrl: 'https://models.example/v1' }, /neither/],
    ['no dimensions', { kind: 'openai', baseUrl: 'https://models.example/v1', embeddingModel: 'm' }, /dimensions/],
  ])('is refused with %s', (_, given, reason) => {
    expect(() => parseDefinition('mine', given)).toThrow(reason)
  })

  it.each(['local', 'Has Space', '../x', ''])('is refused by the name %j', (name) => {
    expect(() => parseDefinition(name, { ...chat, baseUrl: 'https://models.example/v1' })).toThrow(
      /cannot be like that/,
    )
  })

  it('needs no more than its preset where that knows everything', () => {
    expect(parseDefinition('ollama', { kind: 'openai', preset: 'ollama' })).toMatchObject({
      baseUrl: 'http://127.0.0.1:11434/v1',
      needsKey: false,
      dimensions: 768,
    })
  })
})

describe('the file', () => {
  it.each(['{', '[]', '{"version":1,"providers":{"x":{"kind":"openai"}}}', '{"version":2,"providers":{}}'])(
    'that holds %s is told and left alone',
    (content) => {
      const path = join(dir.path, 'providers.json')
      writeFileSync(path, content)
      const { file, problem } = readDefinitions(path)
      expect(file.providers).toEqual({})
      expect(problem?.code).toBe('PROVIDERS_UNREADABLE')
      expect(readFileSync(path, 'utf8')).toBe(content)
    },
  )
})

describe('keys', () => {
  it('are kept in a file of this account alone, and forgotten', () => {
    const path = join(dir.path, 'keys.json')
    const vault = createFileVault(path)
    vault.write('mine', 'secret')
    expect(vault.read('mine')).toBe('secret')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    vault.write('mine', null)
    expect(vault.read('mine')).toBeNull()
  })

  it('are encrypted by a keychain, move there from the file, and are told when it does not open them', () => {
    const file = createFileVault(join(dir.path, 'keys.json'))
    file.write('mine', 'old')
    let opens = true
    const keychain = createFileVault(join(dir.path, 'keys.encrypted.json'), 'keychain', {
      encode: (key) => Buffer.from(key).toString('hex'),
      decode: (stored) => {
        if (!opens) throw new Error('locked')
        return Buffer.from(stored, 'hex').toString()
      },
    })
    const keys = createKeys({}, [keychain, file])
    expect(keys.locate('mine').place).toBe('file')
    keys.write('mine', 'new-secret')
    expect(keys.locate('mine').place).toBe('keychain')
    expect(file.read('mine')).toBeNull()
    expect(existsSync(join(dir.path, 'keys.encrypted.json'))).toBe(true)
    expect(readFileSync(join(dir.path, 'keys.encrypted.json'), 'utf8')).not.toContain('new-secret')
    opens = false
    expect(() => keys.read('mine')).toThrow(/cannot be read/)
    expect(keys.locate('mine').place).toBe('none')
  })

  it('are in one place alone after one was given, whoever gives it, and what is not used is told', () => {
    const hex = {
      encode: (key: string) => Buffer.from(key).toString('hex'),
      decode: (stored: string) => Buffer.from(stored, 'hex').toString(),
    }
    const keychain = createFileVault(sealedKeyFileOf(dir.path), 'keychain', hex)
    const ofApp = createKeys({}, openVaults(dir.path, keychain))
    const ofCommandLine = createKeys({}, openVaults(dir.path, null))
    ofApp.write('mine', 'by-the-app')
    expect(() => ofCommandLine.read('mine')).toThrow(/cannot be read/)
    expect(ofCommandLine.isKept('mine')).toBe(true)
    ofCommandLine.write('mine', 'by-the-command-line')
    expect(keychain.has('mine')).toBe(false)
    expect([ofApp.read('mine'), ofCommandLine.read('mine')]).toEqual(['by-the-command-line', 'by-the-command-line'])
    ofApp.write('mine', 'by-the-app')
    expect(createFileVault(keyFileOf(dir.path)).has('mine')).toBe(false)
    const withVariable = createKeys({ SLUICE_KEY_MINE: 'given' }, openVaults(dir.path, keychain))
    expect(withVariable.read('mine')).toBe('given')
    expect(withVariable.locate('mine')).toMatchObject({ place: 'environment' })
    expect(withVariable.locate('mine').detail).toMatch(
      /SLUICE_KEY_MINE; another one, encrypted by the keychain.*not used/,
    )
    ofCommandLine.write('mine', null)
    expect(ofApp.locate('mine').place).toBe('none')
  })

  it('are hidden in what a stranger says', () => {
    expect(hideKeys('bad key abcdefgh and sk-12345678', 'abcdefgh')).toBe('bad key *** and ***')
  })
})

describe('windows of a text', () => {
  it('cover all that is not white space, in order, without overlap, each within its bound', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 8, max: 60 }),
        (text, maxTokens) => {
          const windows = cutWindows(text, maxTokens)
          let at = 0
          for (const { start, end } of windows) {
            expect(text.slice(at, start).trim()).toBe('')
            expect(end).toBeGreaterThan(start)
            expect(estimateTokens(text.slice(start, end))).toBeLessThanOrEqual(maxTokens + 1)
            at = end
          }
          expect(text.slice(at).trim()).toBe('')
        },
      ),
      { numRuns: 200 },
    )
  })

  it('end at a sentence where there is one', () => {
    const text = 'The first sentence is here. The second one follows it. The third ends everything.'
    expect(cutWindows(text, 20).map(({ start, end }) => text.slice(start, end))).toEqual([
      'The first sentence is here. The second one follows it.',
      'The third ends everything.',
    ])
  })
})
