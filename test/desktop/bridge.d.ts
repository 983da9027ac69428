// Owns the type of what tests find on the page.
import type { WindowBridge } from '../../src/shared/window'

declare global {
  interface Window {
    readonly sluice: WindowBridge
  }
}
