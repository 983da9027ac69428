// Owns the type of what the preload script exposes to the page.
import type { WindowBridge } from '../shared/window'

declare global {
  interface Window {
    readonly sluice: WindowBridge
  }
}
