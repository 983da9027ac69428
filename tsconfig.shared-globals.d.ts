// The few names that src/shared may use because Node, Electron and browsers all have them.
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
}
