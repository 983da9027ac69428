/**
 * Owns moving a job in the line: which job it has to stand before for each of the moves.
 * Refuses: the line of the page; a move is worked out on the whole line as it stands at that moment.
 */

export const moves = ['up', 'down', 'top', 'end'] as const
export type Move = (typeof moves)[number]

/** The job it is to stand before, `null` for the end of the line; `undefined` when it stands there already, or not in the line at all. */
export const targetOf = (line: readonly string[], id: string, move: Move): string | null | undefined => {
  const at = line.indexOf(id)
  if (at < 0) return undefined
  const isFirst = at === 0
  const isLast = at === line.length - 1
  const targets: Readonly<Record<Move, string | null | undefined>> = {
    up: isFirst ? undefined : line[at - 1],
    top: isFirst ? undefined : line[0],
    down: isLast ? undefined : (line[at + 2] ?? null),
    end: isLast ? undefined : null,
  }
  return targets[move]
}
