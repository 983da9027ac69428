/**
 * Owns the keys that updates are believed by, and the check of a signature. Refuses: reading what is signed; that comes after.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../shared/errors'

const BLOCK = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g

const readKey = (block: string): KeyObject => {
  try {
    const key = block.startsWith('-----')
      ? createPublicKey(block)
      : createPublicKey({ key: Buffer.from(block, 'base64'), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (thrown) {
    throw new AppError('UPDATE_NO_KEY', { reason: 'it cannot be read' }, { cause: thrown })
  }
  throw new AppError('UPDATE_NO_KEY', { reason: 'it is no ed25519 key' })
}

/**
 * The ed25519 keys in a text: PEM blocks, several while one takes the place of another, or the base64 of one DER.
 * @throws UPDATE_NO_KEY
 */
export const readUpdateKeys = (text: string): readonly KeyObject[] => {
  const blocks = text.match(BLOCK) ?? (text.trim() === '' ? [] : [text.trim()])
  if (blocks.length === 0) throw new AppError('UPDATE_NO_KEY', { reason: 'it is empty' })
  return blocks.map(readKey)
}

/**
 * The text of the keys in force: that of the organization, else of those that came with the program; `null`: it came with none.
 * @param managed what the policy names
 * @param keyFile lies with the program
 * @throws UPDATE_NO_KEY
 */
export const findUpdateKeys = async (managed: string | null, keyFile: string): Promise<string | null> => {
  if (managed !== null) return managed
  try {
    return await readFile(keyFile, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw new AppError('UPDATE_NO_KEY', { reason: 'it cannot be read' }, { cause: thrown })
  }
}

/** Whether one of the keys has signed exactly these bytes; `signature` is the base64 of it, as its file holds it. */
export const isSigned = (bytes: Uint8Array, signature: string, keys: readonly KeyObject[]): boolean => {
  const text = signature.trim()
  // 64 bytes: anything else is none, and Buffer would read on over what is no base64.
  if (!/^[A-Za-z0-9+/]{86}==$/.test(text)) return false
  const raw = Buffer.from(text, 'base64')
  return keys.some((key) => verify(null, bytes, key, raw))
}
