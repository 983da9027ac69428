/**
 * Owns the one place where the page reaches for what the preload script exposes.
 */
import type { WindowBridge } from '../../shared/window'

declare global {
  interface Window {
    readonly sluice: WindowBridge
  }
}

/** `window.sluice`, when it is called for: modules of the page are also loaded where there is no window. */
export const getBridge = (): WindowBridge => window.sluice
