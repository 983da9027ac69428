/**
 * Owns stdout and stderr: whole writes in order, width, color, and a line at the bottom that is drawn over itself.
 * Refuses: anything on stdout that is not the answer. A reader that closes the pipe (`| head`) ends the output without an error.
 */
import type { Writable } from 'node:stream'

type Stream = Writable & { isTTY?: boolean; columns?: number }

export type TerminalOptions = {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: Readonly<Record<string, string | undefined>>
}

const ESCAPE = '\u001B['
const DEFAULT_COLUMNS = 80
const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const
export type Style = keyof typeof styles

/** The two outputs of a command; a class because it owns the line that is drawn over. */
export class Terminal {
  private drawnLines = 0
  private isPipeClosed = false

  constructor(private readonly options: TerminalOptions) {
    for (const stream of [options.stdout, options.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
        this.isPipeClosed = true
      })
    }
  }

  /** Whether a person watches the progress. */
  get isLive(): boolean {
    const { stderr, env } = this.options
    return stderr.isTTY === true && env['TERM'] !== 'dumb'
  }

  /** Columns of the terminal that shows the answer, `null` when it goes elsewhere. */
  get columns(): number | null {
    const { stdout } = this.options
    return stdout.isTTY === true ? (stdout.columns ?? DEFAULT_COLUMNS) : null
  }

  get liveColumns(): number {
    return this.options.stderr.columns ?? DEFAULT_COLUMNS
  }

  /** Whether nobody reads the answer any more. */
  get isClosed(): boolean {
    return this.isPipeClosed
  }

  /** Whether the answer is shown to a person who wants colors. */
  get hasStyles(): boolean {
    return this.canPaint(this.options.stdout)
  }

  /** Colors a piece of the answer, where that is wanted. */
  style(style: Style, text: string): string {
    return this.paint(this.options.stdout, style, text)
  }

  private canPaint(stream: Stream): boolean {
    const { env } = this.options
    return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  }

  private paint(stream: Stream, style: Style, text: string): string {
    if (!this.canPaint(stream)) return text
    const [on, off] = styles[style]
    return `${ESCAPE}${on}m${text}${ESCAPE}${off}m`
  }

  /** A part of the answer. Resolves when the reader keeps up. */
  async write(text: string): Promise<void> {
    this.clearLive()
    await this.send(this.options.stdout, text)
  }

  async writeLine(line = ''): Promise<void> {
    await this.write(`${line}\n`)
  }

  async writeLines(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.write(`${lines.join('\n')}\n`)
  }

  /** A document of JSON as the whole answer. */
  async writeJson(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value, null, 2)}\n`)
  }

  /** A line beside the answer: what goes on, what to do. */
  note(line: string): void {
    this.clearLive()
    this.options.stderr.write(`${line}\n`)
  }

  /** The last word on a failure. */
  complain(line: string): void {
    this.note(this.paint(this.options.stderr, 'red', line))
  }

  /** Draws lines at the bottom, over those drawn before. They must fit the width. */
  drawLive(lines: readonly string[]): void {
    if (!this.isLive) return
    const up = this.drawnLines > 1 ? `${ESCAPE}${this.drawnLines - 1}A` : ''
    const start = this.drawnLines > 0 ? `\r${up}${ESCAPE}J` : ''
    this.options.stderr.write(start + lines.join('\n'))
    this.drawnLines = lines.length
  }

  /** Takes away what `drawLive` drew. */
  clearLive(): void {
    this.drawLive([])
    this.drawnLines = 0
  }

  /** Resolves when everything has left this process. */
  async flush(): Promise<void> {
    this.clearLive()
    await Promise.all([this.options.stdout, this.options.stderr].map((stream) => this.send(stream, '')))
  }

  private async send(stream: Stream, text: string): Promise<void> {
    if (this.isPipeClosed || stream.destroyed) return
    await new Promise<void>((resolve) => {
      // An error is told to the listener above as well; here it only ends the wait.
      stream.write(text, () => resolve())
    })
  }
}
