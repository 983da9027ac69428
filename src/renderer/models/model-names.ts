/**
 * Owns what models are called in the window. Refuses: addresses and keys.
 */
import { t } from '../text/language'
import type { Provider } from '../../shared/providers'

/** By which name the model that comes with Sluice is asked for. */
export const BUILT_IN = 'local'

/** `local` is the built-in model; a provider is called by the name that a person gave it. */
export const nameOfModel = (ref: string): string => (ref === BUILT_IN ? t('models.builtIn') : ref)

/** Of a model in a folder without the hash of what is in it: `onnx:NAME@384+0123456789ab`. */
export const shortModel = (model: string): string => /^onnx:(.+)@\d+\+[0-9a-f]+$/.exec(model)?.[1] ?? model

/** In the middle of a sentence. */
export const sayModel = (ref: string): string =>
  ref === BUILT_IN ? t('models.theBuiltIn') : t('models.quoted', { name: ref })

/** Where a model runs, in a few words. */
export const placeOfModel = ({ kind, isLocal, place }: Pick<Provider, 'kind' | 'isLocal' | 'place'>): string => {
  if (kind === 'local') return t('models.onThisComputerOffline')
  if (kind === 'onnx') return t('models.folderOffline')
  if (isLocal) return t('models.serverHere')
  return place === null ? t('models.onThisComputer') : t('models.sendsTo', { host: hostOf(place) })
}

/** Of an address; what is none stays as it is. */
const hostOf = (address: string): string => /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? address
