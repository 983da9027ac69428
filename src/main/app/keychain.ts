/**
 * Owns the keychain of the system as a place for the keys of providers: each is encrypted by it and kept in a private file.
 * Refuses: a "keychain" that only hides: where Electron has no better one, keys are kept in a plain private file, and that is said.
 */
import { safeStorage } from 'electron'
import { createFileVault, sealedKeyFileOf, type KeyVault } from '../providers/keys'

const isReal = (): boolean => {
  if (!safeStorage.isEncryptionAvailable()) return false
  // Only Linux has this; `basic_text` encrypts with a password that is in every Electron.
  if (process.platform !== 'linux') return true
  // Older Electrons do not tell, so nothing is trusted there.
  if (!('getSelectedStorageBackend' in safeStorage)) return false
  return !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())
}

/** The keychain; `null` where there is none. Ask after the app is ready. */
export const openKeychain = (dataDir: string): KeyVault | null =>
  isReal()
    ? createFileVault(sealedKeyFileOf(dataDir), 'keychain', {
        encode: (key) => safeStorage.encryptString(key).toString('base64'),
        decode: (stored) => safeStorage.decryptString(Buffer.from(stored, 'base64')),
      })
    : null
